import { Health, OpenApi } from '../../answers/service.ts';
import { OpenApiQuery } from '../../schemas.ts';
import type { Operation } from '../operation.ts';

export const SERVICE_OPERATIONS = {
  getHealth: {
    tag: 'service',
    summary: 'Ask whether the app is well',
    description:
      'The app is configured and its ledger answers. No key is asked for, and nothing else is said.',
    answers: { 200: { what: 'It is.', body: Health, example: { status: 'healthy' } } },
    problems: ['unavailable'],
    open: true,
  },
  getOpenApi: {
    tag: 'service',
    summary: 'Get this document',
    description:
      'All operations as OpenAPI 3.1; or, with `format=connector`, those that flows need as Swagger 2.0, which Logic Apps and Power Automate import as a custom connector.',
    query: OpenApiQuery,
    answers: { 200: { what: 'The document.', body: OpenApi } },
  },
} as const satisfies Record<string, Operation>;
