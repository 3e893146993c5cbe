import { registerEnumType } from 'type-graphql';

/** A member that GraphQL cannot name as the domain does: `registries:rw` is no name there. */
interface NamedMember {
  readonly name: string;
  readonly description: string;
}

/** Of each member its description. Without a type argument there is no union to check against, so nothing fits. */
type Members<Union extends string> = [Union] extends [never]
  ? never
  : { readonly [Member in Union]: string | NamedMember };

/**
 * Makes a GraphQL enum from a union of the domain's: `createEnumType<JobKind>(…)`. The compiler refuses a member that
 * has no description here, and one that the union does not have. The result stands for the type in decorators.
 */
export function createEnumType<Union extends string = never>(
  name: string,
  description: string,
  members: Members<NoInfer<Union>>,
): Readonly<Record<string, Union>> {
  const all = Object.entries<string | NamedMember>(members).map(([value, member]) => ({
    value: value as Union,
    ...(typeof member === 'string' ? { name: value, description: member } : member),
  }));
  const values = Object.fromEntries(all.map((member) => [member.name, member.value]));
  const valuesConfig = Object.fromEntries(all.map((member) => [member.name, { description: member.description }]));
  registerEnumType(values, { name, description, valuesConfig });
  return values;
}
