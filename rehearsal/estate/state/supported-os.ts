import { dig, text } from '../json.ts';
import type { Machine } from './types.ts';

/** Systems AMA does not install on, recognised in the words of image, osName and osSku. Facts file 3.5. */
const UNSUPPORTED = [
  /windows server (2003|2008|2012(?! ?r2))/i,
  /windows server® (2003|2008)/i,
  /^2008-?r2/i,
  /\b(centos|red hat enterprise linux|rhel|oracle linux)[^0-9]*[56](\.|\b)/i,
  /\bubuntu[^0-9]*(12|14)\.04/i,
  /\bdebian[^0-9]*[78]\b/i,
  /\bsuse[^0-9]*11\b/i,
];

/** The name of the unsupported system, or undefined when AMA installs. */
export function unsupportedOs(machine: Machine): string | undefined {
  const p = machine.resource['properties'];
  const image = [
    dig(p, 'storageProfile', 'imageReference', 'offer'),
    dig(p, 'storageProfile', 'imageReference', 'sku'),
  ].map(text);
  const names = [
    `${text(dig(p, 'extended', 'instanceView', 'osName')) ?? ''} ${text(dig(p, 'extended', 'instanceView', 'osVersion')) ?? ''}`,
    `${text(dig(p, 'instanceView', 'osName')) ?? ''} ${text(dig(p, 'instanceView', 'osVersion')) ?? ''}`,
    text(dig(p, 'osSku')),
    `${text(dig(p, 'osName')) ?? ''} ${text(dig(p, 'osVersion')) ?? ''}`,
    image[1],
    image.join(' '),
  ];
  return names
    .find((name) => name !== undefined && UNSUPPORTED.some((pattern) => pattern.test(name.trim())))
    ?.trim();
}
