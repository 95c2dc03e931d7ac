import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = '../shared/data/azure-policy';

export interface PolicyFile {
  readonly file: string;
  readonly id: string;
  readonly parameters: Readonly<Record<string, { allowedValues?: string[]; defaultValue?: unknown }>>;
  /** Absent in initiatives. */
  readonly policyRule?: {
    readonly if: unknown;
    readonly then: { readonly details?: { deployment?: unknown } };
  };
}

/** The definitions of Azure/azure-policy @f4a50bac, where they lie beside the repository. */
export function policyFiles(): readonly PolicyFile[] {
  if (!existsSync(ROOT)) {
    console.log(`skipped: ${ROOT} is not beside the repository`);
    return [];
  }
  return readdirSync(ROOT, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.json'))
    .map((file) => {
      const { name, properties } = JSON.parse(readFileSync(join(ROOT, file), 'utf8'));
      return {
        file,
        id: name,
        parameters: properties.parameters ?? {},
        ...(properties.policyRule === undefined ? {} : { policyRule: properties.policyRule }),
      };
    });
}
