import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/** Loaded before a program (`node --import`): whatever folder it asks about is on NFS, by the number of statfs(2). */
const readSystem = fs.statfsSync;
fs.statfsSync = ((path: string) => Object.assign(readSystem(path), { type: 0x6969 })) as typeof fs.statfsSync;
syncBuiltinESMExports();
