/** A value as Bicep text. Source of the escapes: learn.microsoft.com/azure/azure-resource-manager/bicep/data-types */

/** An expression that is written as it stands: the name of a parameter. */
export interface BicepExpression {
  readonly bicepExpression: string;
}

/** Known by identity, so that no value of a setting can pose as one. */
const EXPRESSIONS = new WeakSet<object>();

export function expression(text: string): BicepExpression {
  const made = { bicepExpression: text };
  EXPRESSIONS.add(made);
  return made;
}

export function bicepValue(value: unknown, indent = ''): string {
  if (typeof value === 'string') return bicepString(value);
  // Bicep has no literals for fractions or numbers beyond 64 bits.
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? String(value) : `json('${JSON.stringify(value)}')`;
  if (typeof value === 'boolean') return String(value);
  if (value === null || typeof value !== 'object') return 'null';
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    if (value.length === 0) return '[]';
    return `[\n${value.map((item) => `${deeper}${bicepValue(item, deeper)}`).join('\n')}\n${indent}]`;
  }
  if (isExpression(value)) return value.bicepExpression;
  const entries = Object.entries(value).filter(([, field]) => field !== undefined);
  if (entries.length === 0) return '{}';
  const fields = entries.map(([key, field]) => `${deeper}${bicepKey(key)}: ${bicepValue(field, deeper)}`);
  return `{\n${fields.join('\n')}\n${indent}}`;
}

export function bicepString(text: string): string {
  const escaped = text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", "\\'")
    .replaceAll('${', '\\${')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t')
    // Other characters that a line of text cannot hold, or that an editor would hide.
    .replace(
      /[\p{Cc}\p{Cf}\u2028\u2029]/gu,
      (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
    );
  return `'${escaped}'`;
}

/** Words that a Bicep file reads as more than a name. */
const RESERVED = new Set(['if', 'for', 'in', 'true', 'false', 'null']);

function bicepKey(key: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(key) && !RESERVED.has(key) ? key : bicepString(key);
}

function isExpression(value: object): value is BicepExpression {
  return EXPRESSIONS.has(value);
}
