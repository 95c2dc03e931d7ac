import type { AppEvent, EVENTS } from '../model/event.ts';

const PREFIX = 'ama-migration.';

/** `application/cloudevents+json`: "HTTP Protocol Binding for CloudEvents 1.0", Structured Content Mode. */
export const CLOUD_EVENT_TYPE = 'application/cloudevents+json; charset=utf-8';

export interface CloudEvent {
  readonly specversion: '1.0';
  readonly id: string;
  readonly source: string;
  readonly type: string;
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: 'application/json';
  /** Extension "Sequence": the place within the stream, to be compared as text. */
  readonly sequence: string;
  /** Extension "Partitioning": the stream; events of one are sent in order. */
  readonly partitionkey: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * An event as it is sent: the same bytes at every attempt (CloudEvents 1.0, JSON format). `apiUrl` is where the API is
 * reached; without it links are paths.
 */
export function cloudEventOf(event: AppEvent, apiUrl: string | undefined): CloudEvent {
  const { id, type, subject, time, stream, number, severity, message, planId, waveId, dryRun, data } = event;
  return {
    specversion: '1.0',
    ...{ id, source: apiUrl ?? 'urn:ama-migration', type: `${PREFIX}${type}`, subject, time },
    ...{
      datacontenttype: 'application/json',
      sequence: String(number).padStart(10, '0'),
      partitionkey: stream,
    },
    data: {
      ...{ message, severity },
      ...(planId === undefined ? {} : { planId }),
      ...(waveId === undefined ? {} : { waveId }),
      ...(dryRun === undefined ? {} : { dryRun }),
      links: linksOf(event, apiUrl ?? '/api'),
      ...data,
    },
  };
}

export function typeName(type: keyof typeof EVENTS): string {
  return `${PREFIX}${type}`;
}

function linksOf({ type, subject, planId, waveId }: AppEvent, base: string): Record<string, string> {
  const at = (path: string) => `${base}/${path}`;
  return {
    self: at(subject),
    ...(planId === undefined ? {} : { plan: at(`plans/${planId}`) }),
    ...(waveId === undefined ? {} : { wave: at(`waves/${waveId}`) }),
    ...(type === 'wave.awaitingApproval' ? { approve: at(`${subject}/approve`) } : {}),
    ...(type === 'wave.held' || type === 'run.held' ? { resume: at(`${subject}/resume`) } : {}),
    ...(type === 'run.awaitingPromotion' ? { promote: at(`${subject}/promote`) } : {}),
  };
}
