import { z } from 'zod';

/** Azure gives switches as booleans and as text. */
const Flag = z.union([
  z.boolean(),
  z
    .string()
    .regex(/^\s*(true|false)\s*$/i)
    .transform((text) => text.trim().toLowerCase() === 'true'),
]);
const Size = z.coerce.number().int().nonnegative().nullish();
const Text = z.string().nullish();

/** Bytes, where a setting says nothing or 0. Source: the ALZ rule for change tracking (facts file 7). */
const MOST_CONTENT = 5_000_000;
const MOST_OUTPUT = 500_000;

/** Keys of the settings are read in lower case. */
export const WindowsFile = z.object({
  enabled: Flag,
  path: z.string().min(1),
  recurse: Flag.nullish(),
  maxcontentsreturnable: Size,
  maxoutputsize: Size,
  checksum: Text,
  pathtype: Text,
  grouptag: Text,
});
export const LinuxFile = z.object({
  enabled: Flag,
  destinationpath: z.string().min(1),
  usesudo: Flag.nullish(),
  recurse: Flag.nullish(),
  maxcontentsreturnable: Size,
  maxoutputsize: Size,
  checksum: z.unknown().optional(),
  pathtype: Text,
  type: Text,
  links: Text,
  grouptag: Text,
});
export const RegistryKey = z.object({
  enabled: Flag,
  keyname: z.string().min(1),
  valuename: Text,
  recurse: Flag.nullish(),
  grouptag: Text,
});

/** One entry of a list in the settings of the extension. What is switched off stays listed and switched off. */
export type Tracked = Readonly<Record<string, unknown>>;

export function windowsFile(name: string, file: z.infer<typeof WindowsFile>): Tracked {
  return {
    name,
    enabled: file.enabled,
    description: '',
    path: file.path,
    recurse: file.recurse ?? false,
    maxContentsReturnable: file.maxcontentsreturnable || MOST_CONTENT,
    maxOutputSize: file.maxoutputsize || MOST_OUTPUT,
    ...(file.checksum ? { checksum: file.checksum } : {}),
    pathType: file.pathtype || 'File',
    groupTag: file.grouptag || 'Custom',
  };
}

export function linuxFile(name: string, file: z.infer<typeof LinuxFile>): Tracked {
  return {
    name,
    enabled: file.enabled,
    destinationPath: file.destinationpath,
    useSudo: file.usesudo ?? false,
    recurse: file.recurse ?? false,
    maxContentsReturnable: file.maxcontentsreturnable || MOST_CONTENT,
    pathType: file.pathtype || 'File',
    type: file.type || 'File',
    links: file.links || 'Follow',
    maxOutputSize: file.maxoutputsize || MOST_OUTPUT,
    groupTag: file.grouptag || 'Custom',
  };
}

export function registryKey(name: string, key: z.infer<typeof RegistryKey>): Tracked {
  return {
    name,
    groupTag: key.grouptag || 'Recommended',
    enabled: key.enabled,
    recurse: key.recurse ?? false,
    description: '',
    keyName: key.keyname,
    valueName: key.valuename ?? '',
  };
}
