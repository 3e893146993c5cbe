import type { TestGateway } from '../support/worlds/gateway.js';
import { until } from '../support/timer.js';
import { type Page, readPage } from './page.js';

export async function scrape(gateway: TestGateway): Promise<Page> {
  const { status, text } = await gateway.rest('GET', '/metrics');
  if (status !== 200) throw new Error(`The metrics were refused: ${text}`);
  return readPage(text);
}

/** Scrapes until it is so: a page is given out for a second. */
export async function scrapeUntil(gateway: TestGateway, isSo: (page: Page) => boolean): Promise<Page> {
  let page: Page = new Map();
  await until(async () => isSo((page = await scrape(gateway))));
  return page;
}
