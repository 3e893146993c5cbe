import { Field, ObjectType, registerEnumType } from 'type-graphql';
import { Node } from './common.js';
import { createConnectionType } from './page.js';

@ObjectType('Tag', { implements: Node, description: 'A mutable name in a repository that points to an image.' })
export class TagType extends Node {
  @Field({ description: 'The tag itself: `latest`.' })
  name!: string;
}

export const TagConnection = createConnectionType(TagType, 'Tag');

/** A config's `created` may lie (reproducible builds say 1970), so every time says where it is from. */
export enum TimeSource {
  FIRST_SEEN = 'FIRST_SEEN',
  CHANGE_SEEN = 'CHANGE_SEEN',
  IMAGE_CONFIG = 'IMAGE_CONFIG',
}
registerEnumType(TimeSource, {
  name: 'TimeSource',
  description: 'Where a time comes from: registries keep no push time.',
  valuesConfig: {
    FIRST_SEEN: { description: 'When the gateway first saw it.' },
    CHANGE_SEEN: { description: 'When the gateway saw it change.' },
    IMAGE_CONFIG: { description: "When the image was built, as the image's own config says." },
  },
});
