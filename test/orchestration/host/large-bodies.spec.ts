import { Agent, request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { readBody } from '../../../rehearsal/host/http/body.ts';
import { type Listener, listen } from '../../../rehearsal/host/http/server.ts';

const LIMIT = 1000;
let listener: Listener | undefined;
afterEach(() => listener?.close(true));

/** Sends a body in pieces, with its length announced or not, and gives the status. */
function send(agent: Agent, bytes: number, announced: boolean): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = announced ? { 'content-length': String(bytes) } : {};
    const sent = request(`${listener?.origin}/`, { method: 'POST', agent, headers }, (response) => {
      response.resume().once('end', () => resolve(response.statusCode ?? 0));
    });
    sent.once('error', reject);
    const piece = Buffer.alloc(64 * 1024);
    for (let left = bytes; left > 0; left -= piece.length)
      sent.write(piece.subarray(0, Math.min(left, piece.length)));
    sent.end();
  });
}

describe('a body that is too large', () => {
  it.each([
    ['announced', true],
    ['found while it is read', false],
  ])('%s is answered 413, again and again on one connection', async (_, announced) => {
    listener = await listen(async (asked) => {
      const body = await readBody(asked, LIMIT);
      return new Response(null, { status: body === undefined ? 413 : 200 });
    });
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const statuses: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      statuses.push(await send(agent, 9_000_000, announced));
      statuses.push(await send(agent, 10, announced));
    }
    agent.destroy();
    expect(statuses).toEqual(Array.from({ length: 5 }, () => [413, 200]).flat());
  });
});
