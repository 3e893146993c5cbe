import { useState, type ReactNode } from 'react';
import { useChange, type Refusal } from '../../data/change.js';
import { testRegistry, type TestRegistryMutation } from '../../operations/testregistry.js';
import { useLanguage } from '../../text/context.js';
import { Action } from '../../ui/action.js';
import { Dialog } from '../../ui/dialog.js';
import { Badge, Notice, type Tone } from '../../ui/parts.js';

export type TestedConnection = TestRegistryMutation['testRegistry'];
type Step = NonNullable<TestedConnection['steps']>[number];

const kinds = ['NAME', 'CONNECTION', 'TLS', 'PING', 'LOGIN', 'CATALOGUE', 'TAGS', 'DELETION'] as const;

const tones: Readonly<Record<Step['state'], Tone>> = {
  OK: 'good',
  LIMITED: 'warn',
  UNKNOWN: 'info',
  FAILED: 'bad',
  SKIPPED: 'quiet',
};

/** The steps of a test as a list; before it is answered each of them waits. */
export function TestSteps({ tested, isBusy }: { tested: TestedConnection | null; isBusy: boolean }): ReactNode {
  const { t } = useLanguage();
  const steps = tested?.steps ?? null;
  return (
    <>
      <ol className="test-steps" aria-label={t('test.label')} aria-busy={isBusy}>
        {kinds.map((kind) => {
          const step = steps?.find((one) => one.kind === kind) ?? null;
          return (
            <li key={kind}>
              <span className="test-kind">{t(`test.${kind}`)}</span>
              <Badge tone={step ? tones[step.state] : 'quiet'}>{t(step ? `test.${step.state}` : 'test.WAITING')}</Badge>
              {step && <Found step={step} failed={steps?.find(({ state }) => state === 'FAILED')?.kind} />}
            </li>
          );
        })}
      </ol>
      <p role="status" className="muted">
        {isBusy ? t('registry.testing') : steps && t(tested?.passed ? 'test.passed' : 'test.failed')}
      </p>
    </>
  );
}

/** `failed`: the step that failed, if one did. */
function Found({ step, failed }: { step: Step; failed: Step['kind'] | undefined }): ReactNode {
  const { t, formats } = useLanguage();
  const { message, hint, skipReason, certificate } = step;
  const skipped = skipReason && t(`test.skip.${skipReason}`, failed ? { step: t(`test.${failed}`) } : {});
  return (
    <span className="test-found">
      <bdi>{skipped ?? message}</bdi>
      {hint !== null && <bdi>{hint}</bdi>}
      {certificate && (
        <bdi className="muted">
          {t('test.certificate', {
            subject: certificate.subject,
            issuer: certificate.issuer,
            until: formats.moment(certificate.validTo),
          })}
        </bdi>
      )}
    </span>
  );
}

export interface TestStepProps {
  readonly tested: TestedConnection | null;
  readonly isBusy: boolean;
  readonly onAgain: () => void;
  readonly onBack: () => void;
  readonly onNext: () => void;
}

/** The test of a registry that is to be attached: one that failed is not attached. */
export function TestStep({ tested, isBusy, onAgain, onBack, onNext }: TestStepProps): ReactNode {
  const { t } = useLanguage();
  const hasPassed = tested?.passed === true;
  return (
    <>
      <TestSteps tested={tested} isBusy={isBusy} />
      <div className="registry-actions">
        <button type="button" className="button" onClick={onBack}>
          {t('attach.back')}
        </button>
        <Action icon="refresh" refusal={isBusy ? t('registry.testing') : undefined} onAct={onAgain}>
          {t('attach.test.again')}
        </Action>
        <Action
          tone="primary"
          refusal={hasPassed ? undefined : t(isBusy ? 'registry.testing' : 'attach.test.failed')}
          onAct={onNext}
        >
          {t('attach.next')}
        </Action>
      </div>
    </>
  );
}

/** Tests of one registry, each begun by whoever wants it. */
export interface RegistryTest extends Pick<TestStepProps, 'tested' | 'isBusy'> {
  readonly refusal: Refusal | null;
  readonly begin: () => void;
}

export function useRegistryTest(id: string): RegistryTest {
  const { isBusy, refusal, run } = useChange(testRegistry);
  const [tested, setTested] = useState<TestedConnection | null>(null);
  const begin = async (): Promise<void> => {
    setTested(null);
    setTested((await run({ id }))?.testRegistry ?? null);
  };
  return { tested, isBusy, refusal, begin: () => void begin() };
}

export interface TestDialogProps extends RegistryTest {
  readonly name: string;
  readonly onClose: () => void;
}

/** The test of a registry that is attached, with the settings it has. */
export function TestDialog({ name, tested, isBusy, refusal, begin, onClose }: TestDialogProps): ReactNode {
  const { t } = useLanguage();
  const footer = (
    <>
      <button type="button" className="button" onClick={onClose}>
        {t('close')}
      </button>
      <Action icon="refresh" refusal={isBusy ? t('registry.testing') : undefined} onAct={begin}>
        {t('attach.test.again')}
      </Action>
    </>
  );
  return (
    <Dialog title={t('registry.testTitle', { name })} onClose={onClose} footer={footer} form="side">
      {refusal && <Notice tone="bad">{refusal.message}</Notice>}
      <TestSteps tested={tested} isBusy={isBusy} />
    </Dialog>
  );
}
