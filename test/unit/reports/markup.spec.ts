import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { escapeText, html } from '../../../shared/reports/html/markup.ts';
import { pageOf } from '../../../shared/reports/html/page.ts';
import { REPORT_POLICY, STYLE } from '../../../shared/reports/html/style.ts';
import { duration, number, share } from '../../../shared/reports/words.ts';

describe('markup', () => {
  it('escapes what goes in, and not what it made', () => {
    const inner = html`<b>${'<&>"\''}</b>`;
    expect(html`<p>${inner}${[inner, 'x<']}${undefined}${null}</p>`.markup).toBe(
      '<p><b>&lt;&amp;&gt;&quot;&#39;</b><b>&lt;&amp;&gt;&quot;&#39;</b>x&lt;</p>',
    );
  });

  it('shows marks that would turn or hide text', () => {
    expect(escapeText('a\u202eb\u0000c\u001b[31m')).toBe('a\\u202eb\\u0000c\\u001b[31m');
  });

  it.each([
    [0, '0'],
    [9999, '9999'],
    [100_000, '100\u202f000'],
    [1_234_567.8, '1\u202f234\u202f567.8'],
  ])('writes the number %d', (value, text) => {
    expect(number(value)).toBe(text);
  });

  it.each([
    [0, 0, '–'],
    [0, 10, '0 %'],
    [1, 3, '33.3 %'],
    [99_999, 100_000, '> 99.9 %'],
    [1, 100_000, '< 0.1 %'],
    [10, 10, '100 %'],
  ])('never rounds %d of %d to all or nothing', (part, of, text) => {
    expect(share(part, of)).toBe(text);
  });

  it.each([
    [null, '–'],
    [5, '0 min'],
    [3600, '1 h'],
    [93_600, '1 d 2 h'],
    [90_061, '1 d 1 h 1 min'],
  ])('writes the duration %d', (seconds, text) => {
    expect(duration(seconds)).toBe(text);
  });
});

describe('a page', () => {
  it('allows its own style and nothing else', () => {
    const page = pageOf('t', []);
    const style = /<style>([\s\S]*)<\/style>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(style).digest('base64');
    expect(style).toBe(STYLE);
    expect(REPORT_POLICY).toContain(`style-src 'sha256-${hash}'`);
    expect(REPORT_POLICY).toMatch(/^default-src 'none'/);
    expect(REPORT_POLICY).not.toMatch(/unsafe|script-src|https?:/);
    expect(page).toContain(`style-src &#39;sha256-${hash}&#39;`);
  });
});
