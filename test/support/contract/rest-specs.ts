import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LiveValidator } from 'oav';
import type { Exchange } from '../../../rehearsal/estate/index.ts';

/** Data beside the project: present for developers and CI, not part of it. */
export const DATA = new URL('../../../../shared/data/', import.meta.url);
const SPECS = fileURLToPath(new URL('rest-specs/', DATA));
export const SPECS_PRESENT = existsSync(SPECS);
if (!SPECS_PRESENT) console.log('skipped where needed: no REST specifications beside the project');

/** The version of each provider in the tree (platform facts 4). */
const VERSIONS: Readonly<Record<string, string>> = {
  'microsoft.compute': '2021-03-01',
  'microsoft.hybridcompute': '2021-05-20',
  'microsoft.insights': '2021-04-01',
  'microsoft.operationalinsights': '2020-08-01',
  'microsoft.resourcegraph': '2021-03-01',
};

export interface Finding {
  /** `PUT microsoft.compute/virtualmachines/extensions` */
  readonly operation: string;
  readonly side: 'request' | 'response';
  readonly status: string;
  readonly code: string;
  /** Where in the body, with positions left out so that findings group. */
  readonly path: string;
  readonly message: string;
}

type RequestResponsePair = Parameters<LiveValidator['validateLiveRequestResponse']>[0];

export type SpecCheck = (exchange: Exchange) => Promise<'noSpecification' | readonly Finding[]>;

/** Loads the specifications once; about two seconds. */
export async function loadSpecCheck(): Promise<SpecCheck> {
  const directory = completeTree();
  const options = {
    directory,
    swaggerPathsPattern: ['specification/*/resource-manager/*/*/*/*.json'],
    isPathCaseSensitive: false,
    git: { shouldClone: false },
    loadValidatorInBackground: false,
  };
  const validator = new LiveValidator(options, () => undefined);
  await validator.initialize();
  rmSync(directory, { recursive: true });
  return async (exchange) => {
    const target = resourceType(exchange.liveRequest.url);
    const version = VERSIONS[target.split('/')[0] ?? ''];
    if (version === undefined || /\/locations\/|^unknown/.test(target)) return 'noSpecification';
    const { liveRequest, liveResponse } = exchange;
    // The validator changes what it is given.
    const pair = structuredClone({
      liveRequest: { ...liveRequest, url: withVersion(liveRequest.url, version) },
      liveResponse,
    });
    const result = await validator.validateLiveRequestResponse(pair as RequestResponsePair);
    const operation = `${liveRequest.method} ${target}`;
    return (['request', 'response'] as const).flatMap((side) => {
      const { errors, runtimeException } =
        side === 'request' ? result.requestValidationResult : result.responseValidationResult;
      const found = (errors ?? []).map(({ code, message, pathsInPayload }) => ({
        ...{ operation, side, status: liveResponse.statusCode, code: String(code), message },
        path: pathsInPayload.map((path) => path.replace(/\/\d+|\[\d+\]/g, '[]')).join(' '),
      }));
      if (runtimeException === undefined) return found;
      const { code, message } = runtimeException;
      return [
        ...found,
        { operation, side, status: liveResponse.statusCode, code: String(code), message, path: '' },
      ];
    });
  };
}

/**
 * A copy of the tree without examples (the validator would take them for specifications), plus the one shared
 * parameter that the Log Analytics specifications refer to and the tree lacks.
 */
function completeTree(): string {
  const directory = mkdtempSync(join(tmpdir(), 'rest-specs-'));
  cpSync(SPECS, directory, { recursive: true, filter: (source) => !source.endsWith('/examples') });
  const common = join(directory, 'specification/operationalinsights/resource-manager/common/v1');
  mkdirSync(common, { recursive: true });
  const name = { name: 'workspaceName', in: 'path', required: true, type: 'string', description: 'Name.' };
  const parameters = { WorkspaceNameParameter: { ...name, 'x-ms-parameter-location': 'method' } };
  const info = { title: 'Common types', version: '1.0' };
  writeFileSync(join(common, 'types.json'), JSON.stringify({ swagger: '2.0', info, paths: {}, parameters }));
  return directory;
}

/** Lower-case resource type that an address is about, such as `microsoft.compute/virtualmachines/extensions`. */
export function resourceType(url: string): string {
  const { pathname } = new URL(url);
  const provider = pathname.split(/\/providers\//i).at(-1);
  if (provider === undefined || provider === pathname) return 'unknown';
  const [namespace = '', ...rest] = provider.split('/');
  return [namespace, ...rest.filter((_, i) => i % 2 === 0)].join('/').toLowerCase();
}

export function withVersion(url: string, version: string): string {
  return url.replace(/([?&]api-version=)[^&]*/i, `$1${version}`);
}

/** One line per distinct finding with how often it was seen. */
export function summarise(findings: readonly Finding[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { operation, side, status, code, path, message } of findings) {
    const line = `${operation} [${status}] ${side} ${code} ${path}: ${message}`;
    counts.set(line, (counts.get(line) ?? 0) + 1);
  }
  return [...counts].map(([line, count]) => `${count} x ${line}`).sort();
}

export function apiVersion(url: string): string {
  return new URL(url).searchParams.get('api-version') ?? '';
}
