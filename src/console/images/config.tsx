import type { ReactNode } from 'react';
import { useOperation } from '../data/query.js';
import { configOf, type ConfigOfQuery } from '../operations/image.js';
import { printWords } from '../pure/config.js';
import { useLanguage } from '../text/context.js';
import type { TextName } from '../text/texts.js';
import { Bounded, LongText } from '../ui/long.js';
import { Copy, ProblemNotice } from '../ui/parts.js';
import { Waiting } from './waiting.js';

type Config = NonNullable<NonNullable<ConfigOfQuery['image']>['platforms'][number]['config']>;

/** How a container of the platform is run. It is read from a registry when it is looked at. */
export function ConfigPart({ digest }: { digest: string }): ReactNode {
  const { t } = useLanguage();
  const { data, problem, isAsking, renew } = useOperation(configOf, { digest });
  const config = data?.image?.platforms[0]?.config;
  return (
    <>
      {problem && <ProblemNotice problem={problem} retry={renew} />}
      {config ? <WholeConfig config={config} /> : isAsking ? <Waiting /> : !problem && <p>{t('image.noConfig')}</p>}
    </>
  );
}

function WholeConfig({ config }: { config: Config }): ReactNode {
  const { t, formats } = useLanguage();
  const words = (value: readonly string[] | null): string | null => (value === null ? null : printWords(value));
  const rows: readonly (readonly [TextName, string | null])[] = [
    ['config.entrypoint', words(config.entrypoint)],
    ['config.cmd', words(config.cmd)],
    ['config.user', config.user],
    ['config.workingDirectory', config.workingDirectory],
    ['config.exposedPorts', config.exposedPorts.length > 0 ? config.exposedPorts.join(', ') : null],
    ['config.volumes', config.volumes.length > 0 ? config.volumes.join(', ') : null],
    ['config.stopSignal', config.stopSignal],
    ['config.shell', words(config.shell)],
  ];
  return (
    <>
      <dl className="image-config">
        {rows.map(([name, value]) => (
          <div key={name}>
            <dt>{t(name)}</dt>
            <dd>
              {value === null ? (
                <span className="muted">{t(`${name}.none` as TextName)}</span>
              ) : (
                <code>
                  <LongText text={value} />
                </code>
              )}
            </dd>
          </div>
        ))}
        <HealthcheckRow check={config.healthcheck} />
      </dl>
      <Environment variables={config.environment} />
      <p className="muted image-digest">
        {t('config.id')} <code>{config.digest}</code> <Copy text={config.digest} label={t('config.id')} />{' '}
        {formats.bytes(config.size)}
      </p>
      {config.problems.map(({ field, message }) => (
        <p key={field} className="muted">
          <bdi>{`${field}: ${message}`}</bdi>
        </p>
      ))}
    </>
  );
}

function HealthcheckRow({ check }: { check: Config['healthcheck'] }): ReactNode {
  const { t, formats } = useLanguage();
  const numbers =
    check &&
    (
      [
        ['config.interval', check.intervalSeconds],
        ['config.timeout', check.timeoutSeconds],
        ['config.startPeriod', check.startPeriodSeconds],
        ['config.startInterval', check.startIntervalSeconds],
        ['config.retries', check.retries],
      ] as const
    ).flatMap(([name, value]) => (value === null ? [] : [t(name, { n: value })]));
  return (
    <div>
      <dt>{t('config.healthcheck')}</dt>
      <dd>
        {check === null ? (
          <span className="muted">{t('config.healthcheck.none')}</span>
        ) : (
          <>
            <code>
              <LongText text={printWords(check.test)} />
            </code>
            {numbers && numbers.length > 0 && <p className="muted">{formats.list(numbers)}</p>}
          </>
        )}
      </dd>
    </div>
  );
}

function Environment({ variables }: { variables: Config['environment'] }): ReactNode {
  const { t, formats } = useLanguage();
  if (variables.length === 0) return <p className="muted">{t('config.noEnvironment')}</p>;
  return (
    <section>
      <h2>
        {t('config.environment')} <span className="muted">{formats.count(variables.length)}</span>
      </h2>
      {variables.some(({ value }) => value === null) && <p className="muted">{t('config.hidden')}</p>}
      <Bounded items={variables} most={50}>
        {(shown) => (
          <dl className="image-texts">
            {shown.map(({ name, value }, at) => (
              <div key={at}>
                <dt>
                  <bdi>{name}</bdi>
                </dt>
                <dd>
                  {value === null ? (
                    <span className="muted">{t('config.hiddenValue')}</span>
                  ) : (
                    <code>
                      <LongText text={value} />
                    </code>
                  )}
                </dd>
              </div>
            ))}
          </dl>
        )}
      </Bounded>
    </section>
  );
}
