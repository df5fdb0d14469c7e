-- The data that the requests read. They roll back what they write, or write orders, which they delete at the end.
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');

CREATE TYPE card AS (value int, suit text);

CREATE TYPE seat AS (line text, free boolean);

CREATE TABLE settings (name text PRIMARY KEY, value text NOT NULL);

INSERT INTO settings VALUES ('currency', 'EUR'), ('greeting', 'Grüß Gott');

CREATE TABLE items (
    id int PRIMARY KEY,
    name text NOT NULL,
    price numeric(8, 2),
    stock int NOT NULL
);

INSERT INTO items VALUES
    (1, 'tea', 2.50, 40),
    (2, 'mate', 3.00, 12),
    (3, 'kávé', 4.25, 0),
    (4, 'water', NULL, 7),
    (5, '茶', 10.00, 3);

CREATE TABLE parts (item int NOT NULL REFERENCES items, part text NOT NULL);

INSERT INTO parts VALUES (1, 'leaf'), (1, 'bag'), (2, 'leaf'), (3, 'bean');

CREATE TABLE basket (item text PRIMARY KEY, quantity int);

INSERT INTO basket VALUES ('bread', 3), ('mate', 2), ('tea', 1);

CREATE TABLE stock (item text, quantity int);

-- What requests commit. Each request uses a till of its own.
CREATE TABLE orders (
    till text NOT NULL,
    item text NOT NULL,
    quantity int NOT NULL DEFAULT 1 CHECK (quantity > 0),
    PRIMARY KEY (till, item)
);

CREATE FUNCTION price_of(wanted int, amount int DEFAULT 1) RETURNS numeric LANGUAGE sql STABLE
AS $$ SELECT price * amount FROM items WHERE id = wanted $$;

CREATE FUNCTION cheaper_than(most numeric) RETURNS TABLE (id int, name text) LANGUAGE sql STABLE
AS $$ SELECT items.id, items.name FROM items WHERE price < most ORDER BY items.id $$;

CREATE PROCEDURE doubled(INOUT number int) LANGUAGE plpgsql
AS $$ BEGIN number := number * 2; END $$;
