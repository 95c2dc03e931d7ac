import { BlockList, isIP } from 'node:net';

/**
 * Networks that no address of the internet is in: IANA's special-purpose registries (RFC 6890 and its updates), and
 * the address at which Azure's own platform answers every VM (Microsoft Learn, "What is IP address 168.63.129.16?").
 */
const NOT_PUBLIC_V4 = [
  ...['0.0.0.0/8', '10.0.0.0/8', '100.64.0.0/10', '127.0.0.0/8', '169.254.0.0/16', '172.16.0.0/12'],
  ...[
    '192.0.0.0/24',
    '192.0.2.0/24',
    '192.31.196.0/24',
    '192.52.193.0/24',
    '192.88.99.0/24',
    '192.168.0.0/16',
  ],
  ...[
    '192.175.48.0/24',
    '198.18.0.0/15',
    '198.51.100.0/24',
    '203.0.113.0/24',
    '224.0.0.0/3',
    '168.63.129.16/32',
  ],
];
/** Within 2000::/3, which is all that is given out: protocols, documentation, and what carries an IPv4 address. */
const NOT_PUBLIC_V6 = ['2001::/23', '2001:db8::/32', '2002::/16', '2620:4f:8000::/48', '3fff::/20'];

const refused = new BlockList();
const givenOut = new BlockList();
givenOut.addSubnet('2000::', 3, 'ipv6');
for (const range of NOT_PUBLIC_V4) addTo(refused, range, 'ipv4');
for (const range of NOT_PUBLIC_V6) addTo(refused, range, 'ipv6');

function addTo(list: BlockList, range: string, family: 'ipv4' | 'ipv6'): void {
  const [network = '', bits] = range.split('/');
  list.addSubnet(network, Number(bits), family);
}

/** Whether an address that DNS gave is one of the internet. An IPv4 address in the form of IPv6 is none. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !refused.check(address, 'ipv4');
  return family === 6 && givenOut.check(address, 'ipv6') && !refused.check(address, 'ipv6');
}

/**
 * What is wrong with an address that a person named; undefined when it may be asked. Hosts are compared as the
 * URL standard writes them, so that other forms of a name or a number are other hosts.
 */
export function addressFault(
  address: string,
  hosts: ReadonlySet<string>,
  setting: string,
): string | undefined {
  const url = URL.parse(address);
  if (url === null) return 'is no address';
  if (url.protocol !== 'https:') return 'does not begin with https://';
  if (url.username !== '' || url.password !== '') return 'carries credentials';
  if (url.port !== '') return 'names a port; only 443 is asked';
  if (isIP(url.hostname.replace(/^\[|\]$/g, '')) !== 0) return 'names a number in place of a host';
  if (!isAmong(url.hostname, hosts))
    return `names ${url.hostname}, which is not among the hosts of ${setting}`;
  return undefined;
}

/** `*.name` among the hosts stands for all below the name. */
function isAmong(host: string, hosts: ReadonlySet<string>): boolean {
  if (hosts.has(host)) return true;
  const labels = host.split('.');
  return labels.some((_, i) => i > 0 && hosts.has(`*.${labels.slice(i).join('.')}`));
}
