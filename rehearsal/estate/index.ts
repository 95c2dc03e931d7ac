/**
 * A simulated Azure that the real SDKs talk to. Format of estate files: docs/reference/estate-file.md.
 *
 * `estate.settings(url)` is the environment that points an app at it. Its managed identity header is random;
 * `createEstate({ identityHeader: 'rehearsal' })` makes it the one of local.settings.sample.json. Every estate of a
 * process takes the headers of all, because identity libraries keep the first they saw.
 */

export { createEstate, type Estate, type EstateOptions } from './estate.ts';
export { type ParsedEstate, parseEstate } from './file/parse.ts';
export { EstateFile } from './file/schema.ts';
export { createEstateCredential, createInProcessHttpClient } from './http-client.ts';
export type { Mutate } from './mutate.ts';
export { observeEstates } from './observers.ts';
export type { Received } from './receivers.ts';
export type { LogEntry, RequestLog, Span } from './request-log.ts';
export { type ServedEstate, serveEstate } from './server.ts';
export type { MachineSnapshot } from './snapshot.ts';
export type { BucketReport } from './throttle/throttle.ts';
export { createTrafficWriter } from './traffic.ts';
export type { Exchange, OperationKind, WireRequest, WireResponse } from './wire.ts';
