import { Link, useNavigate } from '@tanstack/react-router';
import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useChange, type Refusal } from '../../data/change.js';
import { addRegistry, type AddRegistryMutation } from '../../operations/attach.js';
import { inputOf, nothingEntered, stepOfPath, type AttachStep, type Entered } from '../../pure/attaching.js';
import { suggestName } from '../../pure/registrychange.js';
import { useShell } from '../../shell/context.js';
import { useLanguage } from '../../text/context.js';
import { Notice } from '../../ui/parts.js';
import { useTitle } from '../../ui/title.js';
import { useToast } from '../../ui/toast.js';
import { AddressStep, LoginStep, NameStep, type StepProps } from './attachsteps.js';
import './registries.css';

const steps: readonly AttachStep[] = ['address', 'login', 'name'];

/** Attaches a registry, a question at a time: where it is, who logs in, and what it is called here. */
export function Attach(): ReactNode {
  const { t } = useLanguage();
  const { shell } = useShell();
  useTitle(t('attach.title'));
  const { step, health, refusal, props } = useAttaching();
  const heading = useRef<HTMLHeadingElement>(null);
  const shown = useRef(step);
  useEffect(() => {
    if (shown.current !== step) heading.current?.focus();
    shown.current = step;
  }, [step]);
  return (
    <div className="screen registries attach">
      <nav aria-label={t('registry.way')}>
        <ol className="crumbs">
          <li>
            <Link to="/registries">{t('registries.title')}</Link>
          </li>
        </ol>
      </nav>
      <h1>{t('attach.title')}</h1>
      <ol className="attach-steps" aria-label={t('attach.steps')}>
        {steps.map((one, at) => (
          <li key={one} aria-current={one === step ? 'step' : undefined} className={stateOf(at, step)}>
            {t(`attach.${one}`)}
          </li>
        ))}
      </ol>
      {shell?.viewer?.canAttachRegistries === false && <Notice tone="warn">{t('registries.refused')}</Notice>}
      <section className="registry-part attach-part" aria-labelledby="attach-step">
        <h2 id="attach-step" ref={heading} tabIndex={-1}>
          {t(`attach.${step}.title`)}
        </h2>
        {refusal && stepOfPath(refusal.path) === null && <Notice tone="bad">{refusal.message}</Notice>}
        {step === 'name' && health && <Tested health={health} />}
        {step === 'address' && <AddressStep {...props} />}
        {step === 'login' && <LoginStep {...props} />}
        {step === 'name' && <NameStep {...props} />}
      </section>
    </div>
  );
}

type Health = AddRegistryMutation['addRegistry']['health'];

function Tested({ health }: { health: NonNullable<Health> }): ReactNode {
  const { t } = useLanguage();
  const login = health.authenticated ? ` ${t('attach.loggedIn')}` : '';
  return (
    <Notice tone="good" icon="check">
      {`${t('attach.answers', { ms: health.latencyMs ?? 0 })}${login}`}
    </Notice>
  );
}

function stateOf(at: number, step: AttachStep): string | undefined {
  return at < steps.indexOf(step) ? 'is-done' : undefined;
}

interface Attaching {
  readonly step: AttachStep;
  /** The result of the connection's test; null: it was not tested. */
  readonly health: Health;
  readonly refusal: Refusal | null;
  readonly props: StepProps;
}

/** The entries so far. The connection is tested before a name is asked for, and once more by attaching it. */
function useAttaching(): Attaching {
  const { t } = useLanguage();
  const tell = useToast();
  const navigate = useNavigate();
  const { renew } = useShell();
  const { isBusy, refusal, run } = useChange(addRegistry);
  const [step, setStep] = useState<AttachStep>('address');
  const [entered, setEntered] = useState<Entered>(nothingEntered);
  const [health, setHealth] = useState<Health>(null);
  const back = useRef<Refusal | null>(null);
  // A refusal leads to the step whose answer was wrong.
  if (refusal !== back.current) {
    back.current = refusal;
    const wrong = refusal && stepOfPath(refusal.path);
    if (wrong && wrong !== step) setStep(wrong);
  }
  const next = async (changed: Partial<Entered>): Promise<void> => {
    const all = { ...entered, ...changed };
    setEntered(all);
    if (step === 'address') {
      setEntered({ ...all, name: all.name === '' ? suggestName(all.addr) : all.name });
      setStep('login');
    } else if (step === 'login') {
      const data = await run({ ...inputOf(all), dryRun: true });
      if (data === null) return;
      setHealth(data.addRegistry.health);
      setStep('name');
    } else {
      const added = (await run(inputOf(all)))?.addRegistry.registry;
      if (!added) return;
      tell(t('attach.done', { name: added.name }));
      renew();
      void navigate({ to: '/registries/$registry', params: { registry: added.name } });
    }
  };
  const onBack = (): void => setStep(steps[Math.max(0, steps.indexOf(step) - 1)]!);
  return { step, health, refusal, props: { entered, refusal, isBusy, onBack, onNext: (one) => void next(one) } };
}
