import { z } from 'zod';
import type { Trouble as TroubleView } from '../../../shared/model/trouble.ts';
import { answer } from './answer.ts';

/** Expected trouble from outside, as a value. */
export const Trouble = answer<TroubleView>()(
  'Trouble',
  z.strictObject({
    code: z.enum([
      'notRunning',
      'arcDisconnected',
      'locked',
      'extensionStuck',
      'extensionBusy',
      'policyDenied',
      'notAuthorized',
      'notFound',
      'throttled',
      'serviceUnavailable',
      'operationFailed',
      'tableMissing',
      'resultTooLarge',
      'requestRefused',
      'secretUnavailable',
      'unexpected',
    ]),
    message: z.string().describe('What the service said, shortened, free of secrets.'),
    retryAfterMs: z.number().exactOptional().describe('How long the service asked to wait, milliseconds.'),
  }),
);
