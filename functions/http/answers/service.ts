import { z } from 'zod';
import { shape } from './answer.ts';

export const Health = shape('Health', z.strictObject({ status: z.literal('healthy') }));
export const OpenApi = shape(
  'OpenApi',
  z.looseObject({}).describe('An OpenAPI 3.1 or Swagger 2.0 document.'),
);
