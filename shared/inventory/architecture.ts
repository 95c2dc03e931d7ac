export type Architecture = 'x64' | 'arm64' | 'unknown';

/**
 * "Standard_D2ps_v5": family, number of processors (with a constrained number), feature letters, version.
 * Source: learn.microsoft.com, "Azure virtual machine naming conventions": `p` is an Arm processor.
 */
const SIZE = /^(?:standard|basic)_([a-z]+)(\d+)(?:-\d+)?([a-z]*)(?:_.*)?$/i;
/** Grace processors are Arm, though the name has no `p`. */
const GRACE = /_GB[23]00(_|$)/i;

const ARM_PROCESSOR =
  /\b(?:arm(?:64|v8)?|aarch64|neoverse|graviton\d*|ampere|altra|cobalt|kunpeng|cortex)\b/i;
const X64_PROCESSOR = /\b(?:intel|xeon|amd|epyc|opteron|x64|x86[_-]64|amd64)\b/i;

/** The architecture by the size of an Azure VM or by the processor an Arc server reports. */
export function architectureOf(vmSize: string | null, arcProcessor: string | null): Architecture {
  const size = vmSize?.trim().match(SIZE);
  if (vmSize !== null && size) return GRACE.test(vmSize) || /p/i.test(size[3] ?? '') ? 'arm64' : 'x64';
  if (arcProcessor === null) return 'unknown';
  if (ARM_PROCESSOR.test(arcProcessor)) return 'arm64';
  return X64_PROCESSOR.test(arcProcessor) ? 'x64' : 'unknown';
}
