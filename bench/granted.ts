import { askGateway, type GatewayReady, readOnce } from './asking.js';
import { compareCpu } from './cpu.js';
import { fillIndex } from './fill.js';
import { serve, type Target } from './load.js';
import { report } from './report.js';
import { assertSame } from './serving.js';

const repositories = 10_000;

/** A tenth of the repositories, among them all of the first page. */
const pattern = 'team-0*';

/**
 * The first page of 100 repositories of ten tags for somebody who was granted a tenth of them, beside the same page for
 * an admin. Each request carries a number of its own, which no operation declares: its answer is made anew.
 */
export async function benchGrantedPages(folder: string): Promise<void> {
  const file = `${folder}/granted.db`;
  await fillIndex(file, { repositories });
  await using gateway = await serve<GatewayReady>('./gateway.js', file);
  const granted = { ...gateway.ready, access: await createGranted(gateway.ready) };
  let unseen = 0;
  const ask = (ready: GatewayReady): Target => askGateway(ready, () => ({ unseen: ++unseen }));
  const [ofAll, ofGrants] = [ask(gateway.ready), ask(granted)];
  await assertSame((await readOnce(ofAll)).body, (await readOnce(ofGrants)).body);
  // What somebody with grants sees is read by another process.
  const [ofAdmin = 0, cpuMs = 0] = await compareCpu(
    [
      { served: gateway, target: ofAll },
      { served: gateway, target: ofGrants },
    ],
    { of: 'cpuOfAll' },
  );
  report({
    case: 'CPU of a page by a grant / the same for an admin',
    value: cpuMs / ofAdmin,
    unit: 'times',
    cpuMs,
    ofAdmin,
  });
}

/** Gives what X-Access-Token is sent of a token that has the grant alone. */
async function createGranted(ready: GatewayReady): Promise<string> {
  const query = `mutation { createToken(input: { grants: [{ registry: "*", repositories: "${pattern}", right: READ }] })
    { secret } }`;
  const { body } = await readOnce(askGateway(ready, {}, query));
  const { data } = JSON.parse(body) as { data: { createToken: { secret: string } } };
  return `admin:${data.createToken.secret}`;
}
