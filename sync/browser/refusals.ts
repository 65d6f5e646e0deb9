/** The closed list of codes a decision can carry (PROTOCOL 6.4). Codes never change meaning. */

export const REFUSED = [
  'malformed',
  'bad_seal',
  'unsendable',
  'op_id_reused',
  'wrong_org',
  'sign_in_needed',
  'not_entitled',
  'behind_refused',
  'wrong_entity',
  'entity_exists',
  'erased',
  'already_resolved',
  'not_yours',
  'unknown_reference',
  'already_done',
  'wrong_state',
  'not_asked',
  'own_matter',
  'shift_changed',
  'shift_started',
  'overlap',
  'not_available',
  'name_taken',
  'still_used',
  'superior_circle',
  'team_without_lead',
  'last_admin',
  'bad_segments',
  'unknown_pack',
  'unknown_parameter',
  'bad_value',
  'bad_date',
  'not_held',
] as const;

export const PARKED = [
  'unknown_kind',
  'entity_unknown',
  'behind_parked',
  'dependency_missing',
  'server_fault',
  'other_device',
  'after_revocation',
  'after_dismissal',
  'contradicted',
  'voucher_unproven',
] as const;

export type RefusedCode = (typeof REFUSED)[number];
export type ParkedCode = (typeof PARKED)[number];
