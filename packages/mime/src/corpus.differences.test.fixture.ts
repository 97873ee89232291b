/** Differences of one kind between what we read and what another parser reads, each looked at. */
interface Reviewed {
  readonly why: string;
  /** The other parser and the field, to the names of the mails, with blanks between them. */
  readonly seen: Readonly<Record<string, string>>;
}

/** Parts that Mime4j expects and that we give otherwise. */
export const UNEXPECTED: Readonly<Record<string, { readonly why: string; readonly parts: readonly string[] }>> = {
  'mime4j/mimetools-testmsgs/multi-frag.msg': {
    why: 'The closing boundary stands at the end of a line of base64: it is no boundary, and its letters are read on.',
    parts: ['binary of 399 bytes'],
  },
  'mime4j/testmsgs/malformedHeaderStartsBody-nocrlfcrlf.msg': {
    why: 'A line that is no header, among headers: to us the header goes on to the empty line, as in the other parsers.',
    parts: ['text of 40 bytes'],
  },
};

export const REVIEWED: readonly Reviewed[] = [
  {
    why: 'An attached message or delivery report stays an attachment; there it is read into the text.',
    seen: {
      'mailparser names': `
        mime4j/mimetools-testmsgs/ak-0696.msg mime4j/mimetools-testmsgs/frag.msg mime4j/mimetools-testmsgs/jt-0498.msg
        mime4j/mimetools-testmsgs/mp-msg-rfc822.msg mime4j/mimetools-testmsgs/multi-digest.msg mime4j/mimetools-testmsgs/re-fwd.msg
        mime4j/testmsgs/multipartdigestnestedemptyparts.msg ruby-mail/mime_emails/raw_email_with_mimepart_without_content_type.eml
        ruby-mail/multipart_report_emails/multi_address_bounce1.eml ruby-mail/multipart_report_emails/multi_address_bounce2.eml
        ruby-mail/multipart_report_emails/multipart_report_multiple_status.eml ruby-mail/multipart_report_emails/report_422.eml
        ruby-mail/multipart_report_emails/report_530.eml`,
      'mailparser text': `
        mime4j/mimetools-testmsgs/ak-0696.msg mime4j/mimetools-testmsgs/frag.msg mime4j/mimetools-testmsgs/jt-0498.msg
        mime4j/mimetools-testmsgs/mp-msg-rfc822.msg mime4j/mimetools-testmsgs/multi-digest.msg mime4j/mimetools-testmsgs/re-fwd.msg
        mime4j/testmsgs/multipartdigestnestedemptyparts.msg ruby-mail/mime_emails/raw_email_with_mimepart_without_content_type.eml
        ruby-mail/multipart_report_emails/multi_address_bounce1.eml ruby-mail/multipart_report_emails/multi_address_bounce2.eml
        ruby-mail/multipart_report_emails/multipart_report_multiple_status.eml ruby-mail/multipart_report_emails/report_422.eml
        ruby-mail/multipart_report_emails/report_530.eml`,
      'postal-mime names': `
        mime4j/mimetools-testmsgs/ak-0696.msg mime4j/mimetools-testmsgs/frag.msg mime4j/mimetools-testmsgs/jt-0498.msg
        mime4j/mimetools-testmsgs/mp-msg-rfc822.msg mime4j/mimetools-testmsgs/multi-2gifs-base64.msg
        mime4j/mimetools-testmsgs/multi-digest.msg mime4j/mimetools-testmsgs/multi-nested.msg mime4j/mimetools-testmsgs/multi-nested2.msg
        mime4j/mimetools-testmsgs/multi-nested3.msg mime4j/mimetools-testmsgs/re-fwd.msg
        mime4j/testmsgs/bad-newlines-multiple-parts-base64.msg mime4j/testmsgs/base64encoded-rfc822message-nested.msg
        mime4j/testmsgs/base64encoded-rfc822message.msg mime4j/testmsgs/multipartdigestnestedemptyparts.msg
        mime4j/testmsgs/multipartnestedemptyparts.msg ruby-mail/attachment_emails/attachment_message_rfc822.eml`,
      'postal-mime text': `
        mime4j/mimetools-testmsgs/ak-0696.msg mime4j/mimetools-testmsgs/frag.msg mime4j/mimetools-testmsgs/jt-0498.msg
        mime4j/mimetools-testmsgs/mp-msg-rfc822.msg mime4j/mimetools-testmsgs/multi-2gifs-base64.msg
        mime4j/mimetools-testmsgs/multi-digest.msg mime4j/mimetools-testmsgs/multi-nested.msg mime4j/mimetools-testmsgs/multi-nested2.msg
        mime4j/mimetools-testmsgs/multi-nested3.msg mime4j/mimetools-testmsgs/re-fwd.msg
        mime4j/testmsgs/bad-newlines-multiple-parts-base64.msg mime4j/testmsgs/base64encoded-rfc822message-nested.msg
        mime4j/testmsgs/base64encoded-rfc822message.msg mime4j/testmsgs/multipartdigestnestedemptyparts.msg
        mime4j/testmsgs/multipartnestedemptyparts.msg ruby-mail/attachment_emails/attachment_message_rfc822.eml`,
    },
  },
  {
    why: 'Blanks after a boundary: there all parts are lost, or the line stands in the text.',
    seen: {
      'mailparser names': `
        mime4j/mimetools-testmsgs/multi-weirdspace.msg`,
      'mailparser text': `
        mime4j/mimetools-testmsgs/multi-weirdspace.msg mime4j/testmsgs/intermediate-boundaries.msg`,
    },
  },
  {
    why: 'An inner multipart that is never closed: there it swallows the parts after it.',
    seen: {
      'mailparser names': `
        mime4j/mimetools-testmsgs/multi-frag.msg`,
      'postal-mime names': `
        mime4j/mimetools-testmsgs/multi-frag.msg`,
      'postal-mime text': `
        mime4j/mimetools-testmsgs/multi-frag.msg`,
    },
  },
  {
    why: 'Parts are announced, but none comes: what is there is our text, with a defect; there it is lost.',
    seen: {
      'mailparser text': `
        mime4j/mimetools-testmsgs/badbound.msg mime4j/testmsgs/ending-boundaries.msg mime4j/testmsgs/missing-boundary.msg
        mime4j/testmsgs/missing-inner-boundary.msg mime4j/testmsgs/missing-inner-start-boundary.msg mime4j/testmsgs/multipartemptypart.msg
        mime4j/testmsgs/multipartnopart.msg`,
      'postal-mime text': `
        mime4j/mimetools-testmsgs/badbound.msg mime4j/testmsgs/ending-boundaries.msg mime4j/testmsgs/missing-boundary.msg
        mime4j/testmsgs/missing-inner-boundary.msg mime4j/testmsgs/missing-inner-start-boundary.msg mime4j/testmsgs/multipartemptypart.msg
        mime4j/testmsgs/multipartnopart.msg`,
    },
  },
  {
    why: 'No header at all: the lines are our text, with a defect; there they are lost.',
    seen: {
      'mailparser text': `
        mime4j/testmsgs/malformedHeader-noheader.msg mime4j/testmsgs/malformedHeaderStartsBody-noheader.msg`,
      'postal-mime text': `
        mime4j/testmsgs/malformedHeader-noheader.msg mime4j/testmsgs/malformedHeaderStartsBody-noheader.msg`,
    },
  },
  {
    why: 'A transfer encoding or character set that does not exist: we read what is there; there it is lost, or guessed.',
    seen: {
      'mailparser text': `
        ruby-mail/error_emails/content_transfer_encoding_empty.eml ruby-mail/error_emails/content_transfer_encoding_text-html.eml
        ruby-mail/error_emails/content_transfer_encoding_with_8bits.eml`,
      'postal-mime html': `
        ruby-mail/error_emails/content_transfer_encoding_empty.eml`,
      'postal-mime text': `
        ruby-mail/error_emails/content_transfer_encoding_empty.eml ruby-mail/error_emails/content_transfer_encoding_plain.eml
        ruby-mail/error_emails/content_transfer_encoding_text-html.eml ruby-mail/error_emails/content_transfer_encoding_with_8bits.eml
        ruby-mail/plain_emails/raw_email10.eml ruby-mail/plain_emails/raw_email6.eml`,
    },
  },
  {
    why: 'HTML texts are joined as they are; there with a line or a block more.',
    seen: {
      'mailparser html': `
        mime4j/mimetools-testmsgs/double-bound.msg mime4j/mimetools-testmsgs/lennie.msg`,
      'postal-mime html': `
        mime4j/mimetools-testmsgs/double-bound.msg mime4j/mimetools-testmsgs/lennie.msg`,
    },
  },
  {
    why: 'A disposition that does not exist makes an attachment (RFC 2183 section 2.8); there a text.',
    seen: {
      'postal-mime html': `
        ruby-mail/error_emails/multiple_invalid_content_dispositions.eml`,
      'postal-mime names': `
        ruby-mail/error_emails/multiple_invalid_content_dispositions.eml`,
    },
  },
  {
    why: 'A Date that cannot be read is absent; there it is the present, or the raw text.',
    seen: {
      'mailparser date': `
        mime4j/testmsgs/obsolete.msg ruby-mail/error_emails/bad_date_header.eml ruby-mail/error_emails/bad_date_header2.eml
        ruby-mail/error_emails/trademark_character_in_subject.eml ruby-mail/plain_emails/raw_email_with_bad_date.eml`,
      'postal-mime date': `
        mime4j/testmsgs/obsolete.msg ruby-mail/error_emails/bad_date_header.eml ruby-mail/error_emails/bad_date_header2.eml
        ruby-mail/error_emails/trademark_character_in_subject.eml ruby-mail/plain_emails/raw_email_with_bad_date.eml`,
    },
  },
  {
    why: 'Comments and blanks within a date (RFC 5322 section 4.3) are read; there not.',
    seen: {
      'mailparser date': `
        ruby-mail/rfc2822/example13.eml`,
      'postal-mime date': `
        ruby-mail/rfc2822/example13.eml`,
    },
  },
  {
    why: 'Comments within an address are taken out; there they stay in it.',
    seen: {
      'mailparser from': `
        ruby-mail/rfc2822/example10.eml ruby-mail/rfc2822/example13.eml`,
      'postal-mime from': `
        ruby-mail/rfc2822/example10.eml ruby-mail/rfc2822/example13.eml`,
    },
  },
  {
    why: 'Two addresses in From: both are read; there the first.',
    seen: {
      'postal-mime from': `
        ruby-mail/plain_emails/raw_email_with_at_display_name.eml`,
    },
  },
  {
    why: 'Blanks in a row, of folding above all, are one blank.',
    seen: {
      'mailparser names': `
        mime4j/mimetools-testmsgs/multi-2evil.msg`,
      'mailparser subject': `
        mime4j/mimetools-testmsgs/frag.msg mime4j/testmsgs/obsolete.msg ruby-mail/error_emails/bad_subject.eml
        ruby-mail/rfc2822/example14.eml`,
      'postal-mime names': `
        mime4j/mimetools-testmsgs/multi-2evil.msg`,
      'postal-mime subject': `
        mime4j/mimetools-testmsgs/frag.msg mime4j/testmsgs/obsolete.msg ruby-mail/error_emails/bad_subject.eml
        ruby-mail/rfc2822/example14.eml`,
    },
  },
  {
    why: '8-bit text without a character set is read as Windows-1252 where it is no UTF-8; there it is lost.',
    seen: {
      'mailparser text': `
        mime4j/mimetools-testmsgs/infinite.msg`,
      'postal-mime text': `
        mime4j/mimetools-testmsgs/infinite.msg`,
      'mailparser subject': `
        ruby-mail/error_emails/invalid_subject_characters.eml`,
      'postal-mime names': `
        ruby-mail/attachment_emails/attachment_with_encoded_name.eml ruby-mail/plain_emails/raw_email8.eml`,
      'postal-mime subject': `
        ruby-mail/error_emails/invalid_subject_characters.eml`,
    },
  },
  {
    why: 'The first of two subjects counts; there the last.',
    seen: {
      'mailparser subject': `
        ruby-mail/mime_emails/raw_email_with_binary_encoded.eml ruby-mail/mime_emails/raw_email_with_multipart_mixed_quoted_boundary.eml`,
    },
  },
];
