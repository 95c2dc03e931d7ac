import type { OperationStart, OperationStatus } from '../agents/gateway.ts';
import type { Arm } from './arm.ts';
import { retryAfter } from './trouble.ts';

export interface HeaderSource {
  get(name: string): string | undefined;
}

/** The address of a started operation. Azure-AsyncOperation wins over Location when both are there. */
export function operationStart(headers: HeaderSource): OperationStart {
  return {
    url: headers.get('azure-asyncoperation') ?? headers.get('location') ?? null,
    retryAfterMs: retryAfter(headers),
  };
}

/** Asks an operation address once. One poller serves all SDK generations (ADR 0004). */
export async function readOperation(arm: Arm, url: string): Promise<OperationStatus> {
  const { response, body } = await arm({ method: 'GET', url });
  const retryAfterMs = retryAfter(response.headers);
  // A Location address says "still running" by 202 and has no status body.
  const status = String(
    (body as { status?: unknown } | undefined)?.status ??
      (response.status === 202 ? 'InProgress' : 'Succeeded'),
  );
  if (/^succeeded$/i.test(status)) return { status: 'succeeded', retryAfterMs, error: null };
  if (/^(failed|canceled|cancelled)$/i.test(status)) {
    return { status: 'failed', retryAfterMs, error: operationError(body, status) };
  }
  return { status: 'inProgress', retryAfterMs, error: null };
}

function operationError(body: unknown, status: string): { code: string; message: string } {
  const error = (body as { error?: { code?: unknown; message?: unknown } } | undefined)?.error;
  return {
    code: String(error?.code ?? status),
    message: String(error?.message ?? 'The service gave no reason.').slice(0, 300),
  };
}
