// The data of the search benchmark, made by PostgreSQL itself. Whatever looks random is a hash, so every run has the same.

/** Words put into every so-manieth message: a third of them, some, and hardly any. */
export const MARKED = { zmluva: 3, faktúra: 100, kolaudácia: 20_000 } as const;

export const PARAGRAPHS = 6_000;
export const SUBJECTS = 3_000;
const CONTACTS = 200;
const CORRESPONDENTS = 2_000;

const chance = (salt: number, count: number | string) => `((hashint4(g + ${salt}) & 2147483647) % ${count})`;

/** The words of a text as the services read them, which for Slovak and English letters SQL can say too. */
const wordsOf = (text: string) => `to_tsvector('simple', regexp_replace(crm_fold(${text}), '[^a-z0-9]+', ' ', 'g'))`;

/** The same words without their places, each with the sign of its field. */
const signed = (sign: "=" | "<" | ">", words: string) =>
  `coalesce((SELECT string_agg('''${sign}' || w || '''', ' ') FROM unnest(tsvector_to_array(${words})) w), '')::tsvector`;

/** Texts from a JSON array, numbered from 0. */
export const keepTexts = (table: string, words: string) => `
  INSERT INTO ${table} SELECT n - 1, text, ${words}
  FROM json_array_elements_text($1) WITH ORDINALITY AS t (text, n)`;
export const TEXT_WORDS = wordsOf("text");
export const SUBJECT_WORDS = `${wordsOf("text")} || ${signed("=", wordsOf("text"))}`;

export const HOUSE = `
  INSERT INTO organizations (id, slug, name) VALUES (gen_random_uuid(), 'bench', 'Bench')`;
export const users = (count: number) => `
  INSERT INTO users (organization_id, id, username, password_hash)
  SELECT o.id, gen_random_uuid(), 'user' || lpad(u::text, 3, '0'), ''
  FROM organizations o, generate_series(0, ${count - 1}) u`;
export const ACCOUNTS = `
  INSERT INTO mail_accounts (organization_id, id, user_id, address, session_url, jmap_account_id, password_encrypted)
  SELECT organization_id, gen_random_uuid(), id, username || '@firma.test', 'http://127.0.0.1:9', username, ''
  FROM users`;

const NAMES = `ARRAY['Jana', 'Peter', 'Mária', 'Ján', 'Zuzana', 'Tomáš', 'Lucia'] AS first_names,
  ARRAY['Horváthová', 'Novák', 'Kováč', 'Tóthová', 'Šimko', 'Žilinčík', 'Ďurica', 'Baláž', 'Smith'] AS last_names`;

/** Everybody's contacts, each with the people of a message from (`outbound` false) and to them. */
export const PEOPLE = `
  CREATE TABLE bench_people AS
  SELECT u, c, outbound, organization_id, user_id, account_id, contact_id, sender, recipient,
         ${wordsOf("sender_words || ' ' || recipient_words")}
         || ${signed("<", wordsOf("sender_words"))} || ${signed(">", wordsOf("recipient_words"))}
         || format('''<%s'' ''>%s''', sender ->> 'email', recipient ->> 'email')::tsvector AS words
  FROM (
    SELECT *, concat_ws(' ', sender ->> 'name', sender ->> 'email') AS sender_words,
           concat_ws(' ', recipient ->> 'name', recipient ->> 'email') AS recipient_words
    FROM (
      SELECT p.*, outbound, CASE WHEN outbound THEN own ELSE other END AS sender,
             CASE WHEN outbound THEN other ELSE own END AS recipient
      FROM (
        SELECT row_number() OVER (PARTITION BY c ORDER BY username) - 1 AS u, c, a.organization_id, a.user_id,
               a.id AS account_id, gen_random_uuid() AS contact_id,
               jsonb_build_object('name', username, 'email', a.address) AS own,
               jsonb_build_object('name', first_names[1 + c % 7] || ' ' || last_names[1 + c % 9],
                                  'email', 'osoba' || c || '@zakaznik' || c / 10 || '.test') AS other
        FROM mail_accounts a JOIN users ON users.id = a.user_id, generate_series(0, ${CONTACTS - 1}) c, (SELECT ${NAMES}) n
      ) p, (VALUES (false), (true)) AS o (outbound)
    ) p
  ) p`;

/** Which message is whose and what is in it, the oldest first. The first person has a fifth, the others share the rest. */
export const messages = (count: number, people: number) => `
  CREATE VIEW bench_messages AS
  SELECT m.g, m.received_at, m.thread, m.marks, m.in_subject, people.*, subject.text AS subject, subject.words AS subject_words,
         p1.text AS text1, p2.text AS text2, p3.text AS text3, p1.words AS words1, p2.words AS words2, p3.words AS words3,
         (lpad(to_hex(1600000000000 + g * 150000::bigint), 12, '0') || '7000' || '8' || lpad(to_hex(g), 15, '0'))::uuid AS id
  FROM (
    SELECT g, CASE WHEN g % 5 = 0 THEN 0 ELSE 1 + g % ${people - 1} END AS u,
           ${chance(1, CONTACTS)} AS c, ${chance(2, 4)} = 0 AS outbound, ${chance(3, SUBJECTS)} AS s,
           ${chance(4, PARAGRAPHS)} AS n1, ${chance(5, PARAGRAPHS)} AS n2, ${chance(6, PARAGRAPHS)} AS n3,
           ${chance(7, 20)} = 0 AS in_subject, g / (5 * ${people}) AS thread,
           timestamptz '2026-06-01' - (${count} - g) * interval '150 seconds' AS received_at,
           concat_ws(' ', ${Object.entries(MARKED)
             .map(([word, one], salt) => `CASE WHEN ${chance(10 + salt, one)} = 0 THEN '${word}' END`)
             .join(", ")}) AS marks
    FROM generate_series(1, ${count}) g
  ) m
  JOIN bench_people people USING (u, c, outbound)
  JOIN bench_subjects subject ON subject.n = s
  JOIN bench_paragraphs p1 ON p1.n = n1
  JOIN bench_paragraphs p2 ON p2.n = n2
  JOIN bench_paragraphs p3 ON p3.n = n3`;

export const EMAILS = `
  INSERT INTO emails (organization_id, id, user_id, mail_account_id, jmap_id, thread_id, message_id, "from", "to", cc, bcc,
                      subject, preview, body_text, is_read, is_flagged, outbound, attachments, has_attachment, size, received_at)
  SELECT organization_id, id, user_id, account_id, 'M' || g, 'T' || thread || 'x' || u, g || '@bench.test',
         jsonb_build_array(sender), jsonb_build_array(recipient), '[]', '[]',
         CASE WHEN in_subject THEN concat_ws(' ', subject, marks) ELSE subject END, left(text1, 200),
         concat_ws(E'\\n', text1, CASE WHEN NOT in_subject THEN marks END, text2, text3),
         ${chance(8, 10)} > 0, false, outbound, '[]', false, 1000, received_at
  FROM bench_messages`;

export const DOCUMENTS = `
  INSERT INTO email_search (organization_id, email_id, user_id, received_at, document)
  SELECT organization_id, id, user_id, received_at,
         subject_words || CASE WHEN in_subject THEN ${wordsOf("marks")} || ${signed("=", wordsOf("marks"))} ELSE '' END
         || words || words1 || CASE WHEN in_subject THEN '' ELSE ${wordsOf("marks")} END || words2 || words3
  FROM bench_messages`;

export const LINKS = `
  INSERT INTO email_contacts (organization_id, contact_id, email_id, received_at)
  SELECT organization_id, contact_id, id, received_at FROM bench_messages`;

/** What the sync counts as it goes. */
export const COUNTS = [
  `INSERT INTO mail_syncs (organization_id, mail_account_id, phase, unread_count)
   SELECT organization_id, mail_account_id, 'idle', count(*) FILTER (WHERE NOT is_read) FROM emails GROUP BY 1, 2`,
  `INSERT INTO contacts (organization_id, id, user_id, email, name, email_count, unread_count, last_email_at)
   SELECT organization_id, contact_id, user_id, sender ->> 'email', sender ->> 'name', count, unread, last
   FROM bench_people JOIN (
     SELECT l.contact_id, count(*), count(*) FILTER (WHERE NOT is_read) AS unread, max(l.received_at) AS last
     FROM email_contacts l JOIN emails e ON e.organization_id = l.organization_id AND e.id = l.email_id GROUP BY 1
   ) counted USING (contact_id) WHERE NOT outbound`,
  `INSERT INTO email_threads (organization_id, mail_account_id, thread_id, user_id, subject, preview, participants,
                              contact_ids, message_count, unread_count, first_email_at, last_email_at)
   SELECT organization_id, mail_account_id, thread_id, user_id, min(subject), min(preview), '[]', '{}', count(*),
          count(*) FILTER (WHERE NOT is_read), min(received_at), max(received_at)
   FROM emails GROUP BY 1, 2, 3, 4`,
  `INSERT INTO correspondents (organization_id, mail_account_id, address, name, email_count, sent_count, received_count,
                               last_email_at, automatic_reason)
   SELECT organization_id, id, 'osoba' || c || '@zakaznik' || c / 10 || '.test', 'Osoba ' || c, 1 + 40000 / (c + 1), 1,
          40000 / (c + 1), now(), CASE WHEN c % 5 = 0 THEN 'newsletter' END
   FROM mail_accounts, generate_series(0, ${CORRESPONDENTS - 1}) c`,
];
