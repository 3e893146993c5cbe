import { statfsSync } from 'node:fs';

/** `local`: one machine's own. `unknown`: a program behind FUSE serves it, from this machine or from elsewhere. */
export interface FileSystem {
  readonly name: string;
  readonly kind: 'local' | 'network' | 'unknown';
}

/**
 * Linux's numbers of file systems that other machines may have mounted as well (statfs(2), linux/magic.h). Their locks
 * do not reach from one machine to another, or come and go with the network, and a write-ahead log needs memory that
 * all who have the file open share (sqlite.org/wal.html): two gateways would write into one file.
 */
const networks: Readonly<Record<number, string>> = {
  0x6969: 'NFS',
  0x517b: 'SMB',
  0xff534d42: 'CIFS',
  0xfe534d42: 'SMB2',
  0x564c: 'NCP',
  0x01021997: '9p',
  0x00c36400: 'Ceph',
  0x5346414f: 'AFS',
  0x6b414653: 'AFS',
  0x73757245: 'Coda',
  0x0bd00bd0: 'Lustre',
  0x47504653: 'GPFS',
  0x01161970: 'GFS2',
  0x7461636f: 'OCFS2',
  0x19830326: 'BeeGFS',
  0x786f4256: 'vboxsf',
  0xbacbacbc: 'vmhgfs',
};

const fuse = 0x65735546;

/**
 * Finds the file system that the folder is on. Elsewhere than on Linux the numbers mean other things, and all counts as
 * local.
 */
export function findFileSystem(folder: string, readType: (folder: string) => number = readSystemType): FileSystem {
  const type = readType(folder);
  const network = networks[type];
  if (network !== undefined) return { name: network, kind: 'network' };
  return type === fuse ? { name: 'FUSE', kind: 'unknown' } : { name: `0x${type.toString(16)}`, kind: 'local' };
}

/** Numbers above 2^31 come negative where the kernel's field is signed. */
function readSystemType(folder: string): number {
  return process.platform === 'linux' ? statfsSync(folder).type >>> 0 : 0;
}
