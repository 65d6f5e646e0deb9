import { useState } from 'preact/hooks';
import { sayStaff } from '../messages/staff/index.ts';
import { useApp } from '../ui/context.ts';
import { TextField } from '../ui/field.tsx';
import { visible } from '../ui/said.tsx';
import { change } from './acts.ts';
import type { Device } from './devices.ts';
import type { Post } from './fleet.ts';
import { FormSheet } from './form.tsx';
import { EffectsCard, usePreview } from './preview.tsx';
import { worded } from './staff-acts.ts';
import { OneOf } from './staff-fields.tsx';

interface DeviceFormProps {
  device: Device;
  onClose: () => void;
}

/** Characters (entities.json). */
const LONGEST = 40;

/** What the device is called, and where it stands: one act says both, so each form keeps what the other is about. */
function place({ id }: Device, label: string, post: string) {
  return { kind: 'device.kiosk', values: { device: id, label, ...(post ? { post } : {}) } };
}

export function Rename({ device, onClose }: DeviceFormProps) {
  const { engine } = useApp();
  const words = sayStaff().device;
  const [label, setLabel] = useState(device.label.slice(0, LONGEST));
  const [tried, setTried] = useState(false);
  const given = label.trim();
  const save = () => {
    setTried(true);
    return given === '' ? undefined : worded(change(engine, place(device, given, device.post)));
  };
  return (
    <FormSheet
      title={words.renameTitle}
      onClose={onClose}
      save={save}
      saved={words.renamed}
      disabled={given === device.label}
    >
      {device.kind === 'kiosk' && <p>{words.renameKiosk}</p>}
      <TextField
        label={words.label}
        value={label}
        onInput={setLabel}
        max={LONGEST}
        enter="done"
        problem={tried && given === '' ? words.needLabel : undefined}
      />
    </FormSheet>
  );
}

/** It becomes the shared tablet of a post, or of another one. */
export function Place({ device, posts, onClose }: DeviceFormProps & { posts: readonly Post[] }) {
  const { engine } = useApp();
  const words = sayStaff().device;
  const [post, pick] = useState<string | undefined>(device.post || undefined);
  const [label, setLabel] = useState(device.label.slice(0, LONGEST));
  const [tried, setTried] = useState(false);
  const given = label.trim();
  const save = () => {
    setTried(true);
    return post && given ? worded(change(engine, place(device, given, post))) : undefined;
  };
  return (
    <FormSheet
      title={words.toPostTitle}
      onClose={onClose}
      save={save}
      saved={words.placed}
      disabled={post === device.post && given === device.label}
    >
      <p>{words.toPostLead}</p>
      <OneOf
        label={words.whichPost}
        options={posts.map(({ id, name }) => [id, visible(name)] as const)}
        value={post}
        onPick={(next) => pick(next || undefined)}
        problem={tried && !post ? words.needPost : undefined}
      />
      <TextField
        label={words.label}
        value={label}
        onInput={setLabel}
        max={LONGEST}
        enter="done"
        problem={tried && given === '' ? words.needLabel : undefined}
      />
    </FormSheet>
  );
}

export function ToPersonal({ device, onClose }: DeviceFormProps) {
  const { engine } = useApp();
  const words = sayStaff().device;
  const save = () => worded(change(engine, place(device, device.label.slice(0, LONGEST), '')));
  return (
    <FormSheet title={words.toPersonal} onClose={onClose} save={save} saved={words.personal} label={words.toPersonal}>
      <p>{words.toPersonalLead}</p>
    </FormSheet>
  );
}

/** Out of use. What it will do stands there before it can be done. */
export function Revoke({ device, onClose }: DeviceFormProps) {
  const { engine } = useApp();
  const words = sayStaff().device;
  const preview = usePreview({ device: device.id });
  const save = () => worded(change(engine, { kind: 'device.revoke', values: { device: device.id } }));
  return (
    <FormSheet
      title={words.revokeTitle(visible(device.label))}
      onClose={onClose}
      save={save}
      saved={words.revoked}
      label={words.revokeSave}
      look="danger"
      disabled={!preview.ready}
    >
      <p>{words.revokeLead}</p>
      <EffectsCard preview={preview} lost />
      <p class="soft">{words.revokeLate}</p>
    </FormSheet>
  );
}
