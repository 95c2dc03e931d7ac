import { escapeHtml } from '../../html/escape.ts';
import { number } from '../words.ts';

/** HTML that is safe to send: only `html` makes it, and it escapes all that goes in. */
export interface Markup {
  readonly markup: string;
}

type Part = Markup | string | number | null | undefined | readonly Part[];

/** A template whose values are text, never markup, unless they are made by this function themselves. */
export function html(texts: TemplateStringsArray, ...values: readonly Part[]): Markup {
  return { markup: texts.map((text, i) => `${text}${i < values.length ? render(values[i]) : ''}`).join('') };
}

function render(part: Part): string {
  if (part === null || part === undefined) return '';
  if (typeof part === 'string') return escapeText(part);
  if (typeof part === 'number') return escapeText(number(part));
  if ('markup' in part) return part.markup;
  return part.map(render).join('');
}

/**
 * Text for an element or a quoted attribute. Marks that turn the direction of writing, and other controls, show as
 * what they are: a name must not read as another one.
 */
export function escapeText(text: string): string {
  return escapeHtml(text).replace(/[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (sign) =>
    sign === '\n' || sign === '\t' ? sign : `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
