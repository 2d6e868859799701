-- One row per request or decision not to request.
insert into fetches by name select * from incoming;
