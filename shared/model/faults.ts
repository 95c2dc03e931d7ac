import type { z } from 'zod';

/** What is wrong with input, and where: "policy.proxies.rules[0].profile". */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

/** Every fault of a failed parse; an unknown key is named itself, not the object it stands in. */
export function faultsOf(error: z.ZodError): Fault[] {
  return error.issues.flatMap((issue) => {
    const keys = issue.code === 'unrecognized_keys' ? issue.keys : [undefined];
    return keys.map((key) => ({
      path: renderPath(key === undefined ? issue.path : [...issue.path, key]),
      message: key === undefined ? issue.message : 'is not known here',
    }));
  });
}

function renderPath(path: readonly PropertyKey[]): string {
  return path.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}
