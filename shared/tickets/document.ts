import { escapeHtml } from '../html/escape.ts';
/**
 * Texts of a ticket before any desk's markup. Names, reasons and messages in them come from persons and from Azure:
 * each desk's writer escapes them.
 */
export type Block =
  | { readonly heading: string }
  | { readonly text: string }
  | { readonly list: readonly string[] };
export type Doc = readonly Block[];

/** A note of ours carries its key, so that a second look knows that it is there. */
export function noted(key: string, doc: Doc): Doc {
  return [...doc, { text: `ama-note:${key}` }];
}

/** Keys of our notes in a text of the desk. */
export function noteKeys(text: string): string[] {
  return [...text.matchAll(/\bama-note:([a-z0-9-]{1,80})/gi)].map(([, key = '']) => key.toLowerCase());
}

/** As plain text. */
export function plainText(doc: Doc): string {
  return doc
    .map((block) => {
      if ('heading' in block) return `${oneLine(block.heading).toUpperCase()}`;
      return 'text' in block ? clean(block.text) : block.list.map((one) => `- ${oneLine(one)}`).join('\n');
    })
    .join('\n\n');
}

/**
 * For fields of ServiceNow, whose journals take what stands between [code] and [/code] for HTML (ServiceNow,
 * "Journal field type", formatting with code tags): brackets of that kind are no markup of ours.
 */
export function journalText(doc: Doc): string {
  return plainText(doc).replace(/\[(\/?)\s*code\s*\]/gi, '($1code)');
}

/** As HTML, for fields of Azure DevOps. */
export function html(doc: Doc): string {
  return doc
    .map((block) => {
      if ('heading' in block) return `<h3>${escapeHtml(oneLine(block.heading))}</h3>`;
      if ('text' in block) return `<p>${escapeHtml(clean(block.text)).replaceAll('\n', '<br>')}</p>`;
      return `<ul>${block.list.map((one) => `<li>${escapeHtml(oneLine(one))}</li>`).join('')}</ul>`;
    })
    .join('');
}

interface AdfNode {
  readonly type: string;
  readonly attrs?: Readonly<Record<string, unknown>>;
  readonly content?: readonly AdfNode[];
  readonly text?: string;
}

/** As Atlassian Document Format version 1 ("Atlassian Document Format", nodes doc, heading, paragraph, bulletList). */
export function adf(doc: Doc): AdfNode & { readonly version: 1 } {
  return { type: 'doc', version: 1, content: doc.map(nodeOf) };
}

function nodeOf(block: Block): AdfNode {
  if ('heading' in block)
    return { type: 'heading', attrs: { level: 3 }, content: inline(oneLine(block.heading)) };
  if ('text' in block) return { type: 'paragraph', content: inline(clean(block.text)) };
  const items = block.list.map((one) => ({
    type: 'listItem',
    content: [{ type: 'paragraph', content: inline(oneLine(one)) }],
  }));
  // A list without items is none that the format takes.
  return items.length === 0 ? { type: 'paragraph', content: [] } : { type: 'bulletList', content: items };
}

/** Text nodes must not be empty; lines are apart by nodes of their own. */
function inline(text: string): AdfNode[] {
  return text
    .split('\n')
    .flatMap((line, i) => [
      ...(i === 0 ? [] : [{ type: 'hardBreak' }]),
      ...(line === '' ? [] : [{ type: 'text', text: line }]),
    ]);
}

/** The text of a document in that format, for our marks in it. */
export function adfText(node: unknown): string {
  if (typeof node !== 'object' || node === null) return '';
  const { text, content } = node as { text?: unknown; content?: unknown };
  const inner = Array.isArray(content) ? content.map(adfText).join('\n') : '';
  return `${typeof text === 'string' ? text : ''}${inner}`;
}

/** Without characters that are none of a text: XML and JSON of desks refuse them. */
function clean(text: string): string {
  return [...text.replace(/\r\n?/g, '\n')].filter((sign) => sign === '\n' || !/\p{Cc}/u.test(sign)).join('');
}

function oneLine(text: string): string {
  return clean(text).replace(/\s+/g, ' ').trim();
}
