/* The widget's texts, languages and look, as the server gives them. */

/** Settings for a site in the first language of the wishes that the bot speaks. */
export async function fetchSettings(base, site, languages) {
  const query = new URLSearchParams([["site", site], ...languages.map((tag) => ["language", tag])]);
  const answer = await fetch(`${base}chat/settings?${query}`, { credentials: "omit" });
  if (!answer.ok) throw new Error(`settings: ${answer.status}`);
  return answer.json();
}
