import { maxListed, type Sbom, type SbomPackage } from '../../domain/attestation.js';
import { asList, asObject, asText, asTime } from './jsonfields.js';
import type { JsonObject } from './manifestfields.js';

/** Tools that made one SBOM that are shown. */
const mostTools = 20;

/** An SBOM in the JSON of SPDX 2 or CycloneDX; null for what is neither. */
export function readSbom(body: JsonObject): Sbom | null {
  if (typeof body['spdxVersion'] === 'string') return readSpdx(body);
  return body['bomFormat'] === 'CycloneDX' ? readCycloneDx(body) : null;
}

/** https://spdx.github.io/spdx-spec/v2.3: creators are `Tool: syft-1.0`, `Person: …`, `Organization: …`. */
function readSpdx(body: JsonObject): Sbom {
  const { created, creators } = asObject(body['creationInfo']);
  const packages = asList(body['packages']);
  const tools = asList(creators).flatMap((one) => (/^Tool: *(.+)$/.exec(asText(one) ?? '') ?? [])[1] ?? []);
  return {
    format: 'SPDX',
    version: asText(body['spdxVersion'])?.replace('SPDX-', '') ?? null,
    name: asText(body['name']),
    createdAt: asTime(created),
    tools: tools.slice(0, mostTools),
    packageCount: packages.length,
    packages: packages.slice(0, maxListed).map((one) => readSpdxPackage(asObject(one))),
  };
}

/** `NOASSERTION` and `NONE` say nothing. */
const unsaid: ReadonlySet<string | null> = new Set(['NOASSERTION', 'NONE']);

function readSpdxPackage(one: JsonObject): SbomPackage {
  const licences = [asText(one['licenseConcluded']), asText(one['licenseDeclared'])];
  const purl = asList(one['externalRefs']).find((reference) => asObject(reference)['referenceType'] === 'purl');
  return {
    name: asText(one['name']),
    version: asText(one['versionInfo']),
    licence: licences.find((licence) => licence !== null && !unsaid.has(licence)) ?? null,
    purl: asText(asObject(purl)['referenceLocator']),
  };
}

/** https://cyclonedx.org/docs/1.6/json: tools are a list, or since 1.5 an object with components. */
function readCycloneDx(body: JsonObject): Sbom {
  const { timestamp, component, tools } = asObject(body['metadata']);
  const components = asList(body['components']);
  const named = Array.isArray(tools) ? asList(tools) : asList(asObject(tools)['components']);
  return {
    format: 'CYCLONEDX',
    version: asText(body['specVersion']),
    name: asText(asObject(component)['name']),
    createdAt: asTime(timestamp),
    tools: named.slice(0, mostTools).flatMap((one) => nameTool(asObject(one)) ?? []),
    packageCount: components.length,
    packages: components.slice(0, maxListed).map((one) => readComponent(asObject(one))),
  };
}

function nameTool({ name, version }: JsonObject): string | null {
  const [tool, number] = [asText(name), asText(version)];
  return tool !== null && number !== null ? `${tool}-${number}` : tool;
}

function readComponent(one: JsonObject): SbomPackage {
  const [group, name] = [asText(one['group']), asText(one['name'])];
  const licences = asList(one['licenses']).flatMap((each) => {
    const { license, expression } = asObject(each);
    const { id, name: called } = asObject(license);
    return asText(expression) ?? asText(id) ?? asText(called) ?? [];
  });
  return {
    name: group !== null && name !== null ? `${group}/${name}` : name,
    version: asText(one['version']),
    licence: asText(licences.slice(0, mostTools).join(' AND ')),
    purl: asText(one['purl']),
  };
}
