import { describe, expect, it } from 'vitest';
import { isDocument } from '../../../rehearsal/estate/desks/jira-parts.ts';
import {
  adf,
  adfText,
  type Doc,
  html,
  journalText,
  noted,
  noteKeys,
  plainText,
} from '../../../shared/tickets/document.ts';

const NASTY = `<script>alert("x")</script> & 'y' [code]<b>z</b>[/code] [ CODE ]\u0007\r\nnext`;
const DOC: Doc = [
  { heading: NASTY },
  { text: NASTY },
  { list: [NASTY, 'plain'] },
  { list: [] },
  { text: '' },
];

describe('texts of a ticket', () => {
  it('have no markup of others in HTML', () => {
    const text = html(DOC);
    expect(text.replace(/<\/?(h3|p|ul|li|br)>/g, '')).not.toMatch(/[<>"']/);
    expect(text).toContain('&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39;');
    expect(text).toContain('<br>next');
  });

  it('open no HTML in a journal of ServiceNow', () => {
    expect(journalText(DOC)).not.toMatch(/\[\/?\s*code\s*\]/i);
    expect(journalText(DOC)).toContain('(code)<b>z</b>(/code)');
  });

  it('are documents that Jira takes, with the text as it is', () => {
    expect(isDocument(adf(DOC))).toBe(true);
    expect(adfText(adf([{ text: NASTY }]))).toContain('<script>alert("x")</script>');
    expect(isDocument({ type: 'doc', version: 1, content: [{ type: 'text', text: '' }] })).toBe(false);
  });

  it('have no control characters in any form', () => {
    for (const text of [plainText(DOC), html(DOC), JSON.stringify(adf(DOC))])
      expect(text).not.toContain('\u0007');
  });

  it.each([
    ['plain text', plainText],
    ['a journal', journalText],
    ['HTML', html],
    ['a document', (doc: Doc) => adfText(adf(doc))],
  ])('carry the key of a note in %s', (_, write) => {
    expect(noteKeys(`before ${write(noted('deploy-1a2b', DOC))} after ${write(noted('end', []))}`)).toEqual([
      'deploy-1a2b',
      'end',
    ]);
  });
});
