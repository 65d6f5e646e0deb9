import type { Problem, Row, View } from '@gatehouse/sync/api';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { sayOffice } from '../messages/office/index.ts';
import { Button } from '../ui/button.tsx';
import { isClosed } from '../ui/closed.ts';
import { numberOf, textOf, useApp, useRows } from '../ui/context.ts';
import { History } from '../ui/history.tsx';
import { Empty, Loading } from '../ui/panel.tsx';
import { answered, problemWords } from '../ui/problem.ts';
import { Said, visible } from '../ui/said.tsx';
import { dayWords } from '../ui/time.ts';
import { CloseForm } from './named.tsx';
import { ChangeButton, Section, useClock, useOnline, Wrong } from './parts.tsx';
import { MoveForm, ResidentForm } from './resident-form.tsx';
import { askResidents, type Resident } from './residents.ts';
import { UnitForm } from './unit-form.tsx';
import { ofOffice } from './words.ts';

const PATH = '/office/buildings';

async function readUnit(view: View, id: string): Promise<{ unit: Row; building: Row | undefined } | null> {
  const unit = await view.get(id);
  if (unit?.kind !== 'unit') return null;
  return { unit, building: await view.get(textOf(unit, 'building')) };
}

/** One room: its name and floor, and with a connection who lives there. */
export function Unit({ id = '' }: { id?: string }) {
  const { engine } = useApp();
  const words = sayOffice();
  const found = useRows(engine, `unit ${id}`, ['unit', 'building'], (view) => readUnit(view, id));
  const [sheet, show] = useState<'change' | 'close'>();
  if (found === undefined) return <Loading />;
  if (found === null) {
    return (
      <Section title={words.unit.name} up={PATH}>
        <Empty icon="search" title={words.gone} />
      </Section>
    );
  }
  const { unit, building } = found;
  const floor = numberOf(unit, 'floor');
  const close = () => show(undefined);
  return (
    <Section
      title={visible(`${textOf(building, 'name')} ${textOf(unit, 'name')}`.trim())}
      up={`${PATH}/${textOf(unit, 'building')}`}
    >
      <p class="row wrap">
        {isClosed(unit) && <span class="tag late">{words.closed}</span>}
        <span class="soft grow">
          {floor === undefined ? words.buildings.noFloor : words.buildings.floor(floor < 0 ? `B${-floor}` : `${floor}`)}
        </span>
        <span class="row wrap">
          <ChangeButton icon="pencil" onClick={() => show('change')}>
            {words.change}
          </ChangeButton>
          <ChangeButton onClick={() => show('close')}>{isClosed(unit) ? words.reopen : words.close}</ChangeButton>
        </span>
      </p>
      <Residents unit={unit} />
      <History id={id} words={ofOffice} />
      {sheet === 'change' && <UnitForm row={unit} onClose={close} />}
      {sheet === 'close' && <CloseForm kind="unit" row={unit} onClose={close} />}
    </Section>
  );
}

type Shown = { readonly what: 'change' | 'move'; readonly resident: Resident } | 'add' | undefined;

function Residents({ unit }: { unit: Row }) {
  const { engine } = useApp();
  const words = sayOffice().unit;
  const online = useOnline();
  const now = useClock();
  const [found, find] = useState<readonly Resident[]>();
  const [problem, setProblem] = useState<Problem>();
  const [shown, show] = useState<Shown>();
  const [open, setOpen] = useState(false);
  const ask = useCallback(async () => {
    setProblem(undefined);
    const answer = await answered(askResidents(engine, unit.id));
    if ('ok' in answer) find(answer.ok);
    else setProblem(answer.problem);
  }, [engine, unit.id]);
  useEffect(() => {
    if (online) void ask();
  }, [online, ask]);
  const isGone = (resident: Resident) =>
    numberOf(resident, 'until') !== undefined && (numberOf(resident, 'until') ?? 0) <= now;
  const here = found?.filter((resident) => !isGone(resident)) ?? [];
  const gone = found?.filter(isGone) ?? [];
  const close = () => show(undefined);
  const line = (resident: Resident) => (
    <ResidentLine key={resident.id} resident={resident} gone={isGone(resident)} onShow={show} />
  );
  return (
    <section class="card">
      <div class="bar">
        <h2 class="grow">{words.residents}</h2>
        <ChangeButton icon="add" disabled={!found || isClosed(unit)} onClick={() => show('add')}>
          {words.add}
        </ChangeButton>
      </div>
      <p class="soft small">{words.lead}</p>
      {online && !found && !problem && <Loading />}
      {problem && (
        <>
          <Wrong said={problemWords(problem)} />
          <Button onClick={() => void ask()}>{words.again}</Button>
        </>
      )}
      {found && here.length === 0 && <p>{words.none}</p>}
      <ul class="office-lines" aria-label={words.residents}>
        {here.map(line)}
      </ul>
      {gone.length > 0 && (
        <Button icon={open ? 'less' : 'add'} expanded={open} onClick={() => setOpen(!open)}>
          {words.goneOnes(gone.length)}
        </Button>
      )}
      {open && gone.length > 0 && <ul class="office-lines">{gone.map(line)}</ul>}
      {shown === 'add' && <ResidentForm unit={unit.id} onSaved={ask} onClose={close} />}
      {shown && shown !== 'add' && shown.what === 'change' && (
        <ResidentForm resident={shown.resident} onSaved={ask} onClose={close} />
      )}
      {shown && shown !== 'add' && shown.what === 'move' && (
        <MoveForm resident={shown.resident} gone={isGone(shown.resident)} onSaved={ask} onClose={close} />
      )}
    </section>
  );
}

interface LineProps {
  resident: Resident;
  gone: boolean;
  onShow: (shown: Shown) => void;
}

function ResidentLine({ resident, gone, onShow }: LineProps) {
  const { duty } = useApp();
  const words = sayOffice().unit;
  const now = useClock();
  const name = visible(textOf(resident, 'name'));
  const phone = textOf(resident, 'phone');
  const relation = (words.relations as Record<string, string>)[textOf(resident, 'relation')];
  const until = numberOf(resident, 'until');
  return (
    <li class="row wrap office-line">
      <span class="grow stack tight">
        <span class="row wrap">
          <Said class="strong" text={name} />
          {relation && <span class="tag">{relation}</span>}
        </span>
        {phone && (
          <a class="number office-phone" href={`tel:${phone}`}>
            <Said text={phone} />
          </a>
        )}
        {gone && until !== undefined && <span class="soft small">{words.since(dayWords(until, now, duty.zone))}</span>}
      </span>
      <span class="row wrap">
        <ChangeButton
          icon="pencil"
          label={words.changeName(name)}
          onClick={() => onShow({ what: 'change', resident })}
        />
        <ChangeButton
          label={gone ? words.backName(name) : words.goneName(name)}
          onClick={() => onShow({ what: 'move', resident })}
        >
          {gone ? words.back : words.gone}
        </ChangeButton>
      </span>
    </li>
  );
}
