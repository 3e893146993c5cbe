import { copyPage } from '../../src/explorer/assets.js';
import { parseNetwork } from '../../src/domain/network.js';
import { describePeople } from '../singlesignon/person.js';
import { describeWith } from '../support/servers/distribution.js';
import { findFreePort } from '../support/servers/freeport.js';
import { type OpenIdProvider, startOpenIdProvider } from '../support/servers/openidprovider.js';
import { type Browser, browserCommand, startBrowser } from './browser.js';
import { type ExploredGateway, startExploredGateway } from './gateway.js';

const ann = { sub: 'ann-1', claims: { preferred_username: 'ann', groups: ['readers'] } };

describeWith(browserCommand, 'logging in to the Explorer by a provider', () => {
  let provider: OpenIdProvider;
  let gateway: ExploredGateway;
  let browser: Browser;
  beforeAll(async () => {
    await copyPage();
    provider = await startOpenIdProvider({ saysAllInToken: true });
    const port = await findFreePort();
    const publicUrl = `http://127.0.0.1:${port}/`;
    const singleSignOn = describePeople(provider, { ...provider.addClient(publicUrl), name: 'The <b>provider</b>' });
    const trusted = { trustedProxies: [parseNetwork('127.0.0.1/32')!], proxyUserHeader: 'x-remote-user' };
    gateway = await startExploredGateway('filled', { singleSignOn, publicUrl, ...trusted }, port);
    browser = await startBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    await gateway?.close();
    await provider?.close();
  });

  test('somebody logs in by one click, a reload keeps it, and logging out ends both sessions', async () => {
    provider.letIn(ann);
    const { page, complaints, requests } = await browser.open(`${gateway.url}/explorer`);
    expect(await page.textContent('#sign-on-link')).toBe('Log in with The <b>provider</b>');
    await page.click('#sign-on-link');
    await page.waitForSelector('.graphiql-execute-button');
    expect([await page.textContent('#user'), page.url()]).toEqual(['ann', `${gateway.url}/explorer`]);
    await page.reload();
    await page.waitForSelector('.graphiql-execute-button');
    const access = (await page.evaluate(`sessionStorage.getItem('registry-gateway:access')`)) as string;
    expect(await statusOf(access)).toBe(200);

    await page.click('#logout');
    await page.click('button[value="yes"]');
    await page.waitForURL(`${gateway.url}/`);
    await page.goto(`${gateway.url}/explorer`);
    await page.waitForSelector('#login');
    expect(
      await page.evaluate(`Object.keys(sessionStorage).filter((key) => key.startsWith('registry-gateway'))`),
    ).toEqual([]);
    expect(await statusOf(access)).toBe(401);
    // The provider asks who it is once more: nobody is let in by what was before.
    provider.letIn(null);
    await page.click('#sign-on-link');
    await page.waitForSelector('#sign-on-error:text("let nobody in")');
    expect(requests.some(({ headers }) => headers['referer']?.includes('code='))).toBe(false);
    // Nobody is named by a proxy here, and the last login came to nothing: the browser says just that.
    expect(complaints.filter((each) => !/status of 40[13]/.test(each))).toEqual([]);
  });

  test('whom a proxy names is asked for nothing, and cannot log out of the proxy here', async () => {
    const { page } = await browser.open('about:blank');
    await page.setExtraHTTPHeaders({ 'x-remote-user': gateway.username });
    await page.goto(`${gateway.url}/explorer`);
    await page.waitForSelector('.graphiql-execute-button');
    expect(await page.textContent('#user')).toBe(gateway.username);
    expect(await page.isVisible('#logout')).toBe(false);
  });

  async function statusOf(access: string): Promise<number> {
    const body = JSON.stringify({ query: '{ viewer { username } }' });
    const headers = { 'content-type': 'application/json', 'x-access-token': access };
    return (await fetch(`${gateway.url}/graphql`, { method: 'POST', headers, body })).status;
  }
});
