import { expect, it } from 'vitest';
import { architectureOf } from '../../../shared/inventory/architecture.ts';

it.each([
  ['Standard_D2ps_v5', null, 'arm64'],
  ['Standard_D4plds_v6', null, 'arm64'],
  ['Standard_E8ps_v5', null, 'arm64'],
  ['standard_d2ps_v6', null, 'arm64'],
  ['Standard_B2pts_v2', null, 'arm64'],
  ['Standard_ND128isr_NDR_GB200_v6', null, 'arm64'],
  ['Standard_D2s_v5', null, 'x64'],
  ['Standard_DS1_v2', null, 'x64'],
  ['Standard_E64-16ds_v4', null, 'x64'],
  ['Standard_NP10s', null, 'x64'],
  ['Standard_NV36ads_A10_v5', null, 'x64'],
  ['Standard_GS5-16', null, 'x64'],
  ['Basic_A1', null, 'x64'],
  ['Custom', null, 'unknown'],
  [null, 'Intel(R) Xeon(R) Gold 6248R CPU @ 3.00GHz', 'x64'],
  [null, 'AMD EPYC 7763 64-Core Processor', 'x64'],
  [null, 'Neoverse-N1', 'arm64'],
  [null, 'AWS Graviton2', 'arm64'],
  [null, 'ARMv8 (AArch64)', 'arm64'],
  [null, 'Common KVM processor', 'unknown'],
  [null, null, 'unknown'],
] as const)('%s, %s: %s', (vmSize, processor, architecture) => {
  expect(architectureOf(vmSize, processor)).toBe(architecture);
});
