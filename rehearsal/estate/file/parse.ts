import { faultsOf } from '../../../shared/model/faults.ts';
import { crossCheck, type Problem } from './cross-check.ts';
import { EstateFile } from './schema.ts';

export type ParsedEstate =
  | { readonly ok: true; readonly estate: EstateFile }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Reads an estate file; every problem names its place, such as `resources[3].id`. DESIGN section 6. */
export function parseEstate(json: unknown): ParsedEstate {
  const parsed = EstateFile.safeParse(json);
  if (!parsed.success) {
    const problems = faultsOf(parsed.error).map(({ path, message }) => ({ path: path || '(root)', message }));
    return { ok: false, problems };
  }
  const problems = crossCheck(parsed.data);
  return problems.length > 0 ? { ok: false, problems } : { ok: true, estate: parsed.data };
}
