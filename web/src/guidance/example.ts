/** A first rule to change. */
export const kExample = `- id: acme.feed_quota
  code: CUSTOM_FEED_QUOTA
  family: service
  meaning: the feed's daily quota is used up
  transience: TRANSIENT
  class: quota_exceeded
  match: 'quota of feed (?P<feed>\\w+) is used up'
  yes: ["FeedError: quota of feed rates is used up"]
  no: ["quota of feed rates: 10 left"]
  title: "feed {feed} has no quota left"
  fix: ["Ask the desk to raise the quota of feed {feed}.", "    feedctl quota {feed|sh} --raise"]
  remediation: ["Wait until midnight UTC.", "Clear {task} again."]
  prevention: [{measure: "Fetch feed {feed} once a day.", why: "each retry costs quota", effort: low}]
`;
