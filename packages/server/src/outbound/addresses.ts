/** Which IP addresses are public. Pure. */
import { BlockList, isIPv4, isIPv6 } from 'node:net';

/** Ranges of the IANA special-purpose registries that are not globally reachable, and multicast. */
const NOT_PUBLIC_IPV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  // Shared address space of carriers.
  '100.64.0.0/10',
  '127.0.0.0/8',
  // Link-local, with the metadata services of clouds.
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
  // The platform address of Azure, which is reachable from its machines only.
  '168.63.129.16/32',
];

/** Everything but 2000::/3 is refused; these are the exceptions within it. */
const NOT_PUBLIC_IPV6 = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];
const GLOBAL_UNICAST = '2000::/3';

const refused4 = toBlockList(NOT_PUBLIC_IPV4, 'ipv4');
const refused6 = toBlockList(NOT_PUBLIC_IPV6, 'ipv6');
const global6 = toBlockList([GLOBAL_UNICAST], 'ipv6');

function toBlockList(ranges: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [address = '', bits] = range.split('/');
    list.addSubnet(address, Number(bits), family);
  }
  return list;
}

/** False for text that is no IP address. IPv4-mapped, NAT64, 6to4 and Teredo addresses are not public. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !refused4.check(address, 'ipv4');
  if (!isIPv6(address)) return false;
  const [unscoped = ''] = address.split('%');
  return global6.check(unscoped, 'ipv6') && !refused6.check(unscoped, 'ipv6');
}
