/** A simulated Azure that the real SDKs talk to. Format of estate files: docs/reference/estate-file.md. */

export { createEstate, type Estate, type EstateOptions } from './estate.ts';
export { type ParsedEstate, parseEstate } from './file/parse.ts';
export { EstateFile } from './file/schema.ts';
export { createEstateCredential, createInProcessHttpClient } from './http-client.ts';
export type { Mutate } from './mutate.ts';
export type { LogEntry, RequestLog } from './request-log.ts';
export { type ServedEstate, serveEstate } from './server.ts';
export type { MachineSnapshot } from './snapshot.ts';
export type { BucketReport } from './throttle/throttle.ts';
export { createTrafficWriter } from './traffic.ts';
export type { Exchange, OperationKind, WireRequest, WireResponse } from './wire.ts';
