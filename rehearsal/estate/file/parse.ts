import { crossCheck, type Problem } from './cross-check.ts';
import { EstateFile } from './schema.ts';

export type ParsedEstate =
  | { readonly ok: true; readonly estate: EstateFile }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads an estate file; every problem names its place, such as `resources[3].id`. DESIGN section 6. */
export function parseEstate(json: unknown): ParsedEstate {
  const parsed = EstateFile.safeParse(json);
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => ({
      path: renderPath(issue.path),
      message: issue.message,
    }));
    return { ok: false, problems };
  }
  const problems = crossCheck(parsed.data);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, estate: parsed.data };
}

function renderPath(path: readonly PropertyKey[]): string {
  let out = '';
  for (const part of path)
    out += typeof part === 'number' ? `[${part}]` : `${out === '' ? '' : '.'}${String(part)}`;
  return out === '' ? '(root)' : out;
}
