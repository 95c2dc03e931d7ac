/** Whether a query of the forms that rules hold selects an event: the part of XPath 1.0 that these need. */
export function selects(xPath: string, event: { readonly id: number; readonly level: number }): boolean {
  const terms = /^[^!]+!\*(?:\[System\[(.*)\]\])?$/.exec(xPath)?.[1];
  if (terms === undefined) return true;
  let text = terms.replace(/(EventID|Level)\s*(!?=)\s*(\d+)/g, (_, name, operator, value) => {
    const is = (name === 'Level' ? event.level : event.id) === Number(value);
    return String(operator === '=' ? is : !is);
  });
  for (let before = ''; before !== text; ) {
    before = text;
    text = text
      .replace(/\((true|false)\)/, '$1')
      .replace(/(true|false) and (true|false)/, (_, a, b) => String(a === 'true' && b === 'true'));
    // "and" binds tighter: "or" only where no other "and" is at the same depth.
    if (before === text)
      text = text.replace(/(true|false) or (true|false)/, (_, a, b) => String(a === 'true' || b === 'true'));
  }
  if (text !== 'true' && text !== 'false') throw new Error(`${xPath} is no query of a known form: ${text}`);
  return text === 'true';
}
