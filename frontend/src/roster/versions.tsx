import { useState } from 'preact/hooks';
import { sayRoster } from '../messages/roster/index.ts';
import { Button } from '../ui/button.tsx';
import { numberOf, textOf, useApp, useNow } from '../ui/context.ts';
import { Icon } from '../ui/icons.tsx';
import { Said } from '../ui/said.tsx';
import { Sheet } from '../ui/sheet.tsx';
import { moment } from '../ui/time.ts';
import { nameOf } from '../ui/values.ts';
import { concerns, type Person, type Plan, receiptsOf } from './queries.ts';

/** The roster's version, and who holds which. */
export function Versions({
  plan,
  team,
  people,
  version,
}: {
  plan: Plan;
  team: string;
  people: readonly Person[];
  version: number;
}) {
  const { engine, duty, who } = useApp();
  const words = sayRoster();
  const now = useNow(engine);
  const [open, setOpen] = useState(false);
  const receipts = receiptsOf(plan, team);
  const holders = people.map((person) => {
    const receipt = receipts.get(person.id);
    // Whoever's shifts did not change since holds what is valid.
    return { person, receipt, holds: receipt !== undefined && receipt.version >= concerns(plan, team, person.id) };
  });
  const made = plan.publications
    .filter((row) => textOf(row, 'team') === team && numberOf(row, 'version') !== undefined)
    .sort((a, b) => (numberOf(b, 'version') ?? 0) - (numberOf(a, 'version') ?? 0));
  return (
    <>
      <Button look="quiet" onClick={() => setOpen(true)}>
        {words.version(version)}
        {version > 0 && ` · ${words.receipts(holders.filter(({ holds }) => holds).length, people.length)}`}
      </Button>
      {open && (
        <Sheet title={words.receiptsTitle} onClose={() => setOpen(false)}>
          <ul class="list">
            {holders.map(({ person, receipt, holds }) => (
              <li key={person.id} class="row roster-line">
                <Icon name={holds ? 'delivered' : 'waiting'} />
                <Said class="grow" text={person.name} />
                <span class="soft">
                  {receipt ? words.received(receipt.version, moment(receipt.at, now, duty.zone)) : words.notReceived}
                </span>
              </li>
            ))}
          </ul>
          {made.length > 0 && <h3>{words.publications}</h3>}
          <ul class="list">
            {made.map((row) => (
              <li key={row.id} class="roster-line">
                {words.publication(
                  numberOf(row, 'version') ?? 0,
                  textOf(row, 'month'),
                  nameOf(plan.names, row.by, who.person),
                  moment(row.at, now, duty.zone),
                )}
              </li>
            ))}
          </ul>
        </Sheet>
      )}
    </>
  );
}
