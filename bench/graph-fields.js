/** What a list of mails shows: all contenders ask for the same. */
export const FIELDS =
  'id,receivedDateTime,sentDateTime,hasAttachments,internetMessageId,subject,importance,isRead,isDraft,from,toRecipients,ccRecipients,flag,categories,internetMessageHeaders';
