import type { TestGateway } from '../support/gateway.js';
import { until } from '../support/timer.js';

/** The values of a page of metrics by their series: `name{label="value"}`, as the page has it. */
export type Page = ReadonlyMap<string, number>;

export async function scrape(gateway: TestGateway): Promise<Page> {
  const { status, text } = await gateway.rest('GET', '/metrics');
  if (status !== 200) throw new Error(`The metrics were refused: ${text}`);
  return readPage(text);
}

export function readPage(text: string): Page {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

/** Scrapes until it is so: a page is given out for a second. */
export async function scrapeUntil(gateway: TestGateway, isSo: (page: Page) => boolean): Promise<Page> {
  let page: Page = new Map();
  await until(async () => isSo((page = await scrape(gateway))));
  return page;
}
