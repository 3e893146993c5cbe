import { Field, ObjectType } from 'type-graphql';
import { blanks, type Notifier, type SetupBlank } from '../../catalogue/manage/notificationsetup.js';
import { createEnumType } from '../enum.js';

export const NotifierEnum = createEnumType<Notifier>('Notifier', 'A kind of registry, by how it is told of a sink.', {
  DISTRIBUTION: 'CNCF distribution (`registry:2`, `registry:3`): a part of its `config.yml`.',
  HARBOR: 'Harbor: a command that makes a webhook of one project; it asks for the password of the account.',
  ZOT: 'zot: a part of its configuration, in JSON.',
  AZURE: "Azure Container Registry: a command of Azure's command line that makes a webhook.",
});

export const SetupBlankNameEnum = createEnumType<SetupBlank>(
  'SetupBlankName',
  'Something in a text that the gateway does not know.',
  {
    SECRET: 'The secret that was set as `eventsSecret`. The gateway keeps its hash alone: set a new one if it is lost.',
    GATEWAY: 'The address of the gateway as the registry reaches it, with the path of a proxy where there is one.',
    ACCOUNT: 'An account of the registry that may make webhooks of the project.',
    PROJECT: 'The name of a project there. Each project has webhooks of its own.',
    REGISTRY: 'The name of the registry in Azure.',
  },
);

@ObjectType('SetupBlank', { description: 'Something that is put into a text by hand.' })
export class SetupBlankType {
  @Field(() => SetupBlankNameEnum, { description: 'Its meaning.' })
  name!: SetupBlank;
  @Field({ description: 'How it stands in the text: to be replaced wherever it does.' })
  text!: string;
}

export function showBlank(name: SetupBlank): SetupBlankType {
  return { name, text: blanks[name] };
}

@ObjectType('NotificationSetup', { description: 'The way to have a registry tell the gateway of its changes.' })
export class NotificationSetupType {
  @Field(() => NotifierEnum, { description: 'The kind of registry that it is for.' })
  kind!: Notifier;
  @Field(() => String, {
    nullable: true,
    description: 'Where notifications are sent; null: neither `address` nor `PUBLIC_URL` says where the gateway is.',
  })
  url!: string | null;
  @Field({ description: 'The text to paste, without any secret.' })
  text!: string;
  @Field(() => [SetupBlankType], { description: 'Everything in the text that is still to be put in.' })
  blanks!: readonly SetupBlankType[];
}
