-- The text of the files in an item, which the model reads: JSON, one entry for each part of the item.

ALTER TABLE response_items ADD COLUMN file_texts TEXT;
ALTER TABLE conversation_items ADD COLUMN file_texts TEXT;
