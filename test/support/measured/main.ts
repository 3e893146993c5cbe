import { startGateway } from '../worlds/gateway.js';
import { createMeter } from './meter.js';

/** What the parent asks for, one at a time. */
export type Ask = 'begin' | 'end' | 'reader' | 'faults';

/**
 * The gateway as a process of its own, on the database that its argument names, told what to measure over IPC. The
 * first message gives its address and the admin's token; each after that answers one `Ask`.
 */
const [databaseFile = ''] = process.argv.slice(2);
const gateway = await startGateway({ databaseUrl: `sqlite:${databaseFile}` });
const meter = createMeter();

const answers: Readonly<Record<Ask, () => unknown>> = {
  begin: () => meter.begin(),
  end: () => meter.end(),
  reader: () => gateway.accessAs('registries:ro'),
  // What the gateway logged as a fault of its own so far.
  faults: () => gateway.log.filter(({ level }) => Number(level) >= 50),
};
process.on('message', (ask: Ask) => void reply(ask));
process.on('disconnect', () => process.exit());
process.send!({ url: gateway.url, access: gateway.access });

async function reply(ask: Ask): Promise<void> {
  process.send!({ value: await answers[ask]() });
}
