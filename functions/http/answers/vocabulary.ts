import { z } from 'zod';
import { FINDINGS, type FindingCode } from '../../../shared/model/findings.ts';
import { PHASES } from '../../../shared/model/phase.ts';
import { type Needs, REASONS, type ReasonCode } from '../../../shared/model/reasons.ts';
import { ALL_STAGES } from '../../../shared/model/stages.ts';
import { WAVE_STEPS } from '../../../shared/model/wave.ts';
import { LOSSES, type LossCode } from '../../../shared/rules/convert/model.ts';
import { shape } from './answer.ts';

/** Words that answers share, from the tables of the model. */

const keysOf = <K extends string>(table: Readonly<Record<K, unknown>>) => Object.keys(table) as [K, ...K[]];

export const reasonCode = shape(
  'ReasonCode',
  z.enum(keysOf<ReasonCode>(REASONS)).describe('Why; docs/reference/codes.md says what each means.'),
);
export const findingCode = shape(
  'FindingCode',
  z
    .enum(keysOf<FindingCode>(FINDINGS))
    .describe('What was found; docs/reference/codes.md says what each means.'),
);
export const lossCode = shape('LossCode', z.enum(keysOf<LossCode>(LOSSES)));
export const needs = shape(
  'Needs',
  z
    .enum([...new Set(Object.values(REASONS).map((reason) => reason.needs))] as [Needs, ...Needs[]])
    .describe('Who must act.'),
);
export const stage = shape('Stage', z.enum(ALL_STAGES));
export const phaseName = shape('Phase', z.enum(PHASES));
export const waveStep = shape('WaveStep', z.enum(WAVE_STEPS));

const objectId = z.string().exactOptional().describe('Object id in Entra; absent: the name is only said.');
const onBehalfOf = z.string().exactOptional().describe('The person a workload says it acts for.');

/** Whose word something is. */
export const word = {
  by: z.string(),
  byId: objectId,
  onBehalfOf,
  alsoKnownAs: z
    .array(z.string())
    .exactOptional()
    .describe('Other names that a ticket desk has for the same person.'),
};
export const requester = {
  requestedBy: z.string(),
  requestedById: objectId,
  requestedOnBehalfOf: onBehalfOf,
};

export const abort = z.strictObject({ at: z.string(), by: z.string(), reason: z.string() });
