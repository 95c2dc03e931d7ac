/** Pieces of KQL made of text that is not ours: a workspace's settings. Nothing reaches a transformation otherwise. */

/**
 * A string literal. Escapes what ends or bends a literal, and all that is not printable ASCII, so that the text
 * of a rule does not depend on how it is stored. Source: Kusto documentation, "The string data type".
 */
export function kqlString(text: string): string {
  const escaped = text.replace(/["\\]|[^ -~]/g, (one) =>
    one === '"' || one === '\\' ? `\\${one}` : `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `"${escaped}"`;
}

/** A column under a name that may be a keyword of the language, such as `kind`. Takes names of `isColumnName` only. */
export function kqlColumn(name: string): string {
  return `['${name}']`;
}

/**
 * Columns of a table: a letter first, then letters, digits and underscores, 45 at most.
 * Source: learn.microsoft.com/azure/azure-monitor/logs/create-custom-table, "Add or delete a custom column".
 */
export function isColumnName(name: string): boolean {
  return /^[A-Za-z][A-Za-z0-9_]{0,44}$/.test(name);
}
