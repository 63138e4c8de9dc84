import cookieParser from "cookie-parser";
import cors from "cors";
import { and, desc, eq, getTableColumns } from "drizzle-orm";
import { drizzle } from "drizzle-orm/node-postgres";
import { boolean, integer, pgTable, text, timestamp, uuid } from "drizzle-orm/pg-core";
import express, { type ErrorRequestHandler, type Request, type RequestHandler } from "express";
import { rateLimit } from "express-rate-limit";
import helmet from "helmet";
import jwt from "jsonwebtoken";
import morgan from "morgan";
import pg from "pg";
import { POOL_SIZE, peerSettings, serveAsPeer } from "./peer.ts";

// Express 4 as most people build it: the usual middlewares, a JWT, and Drizzle over a pool. It reads the very same tables.

const instant = (name: string) => timestamp(name, { withTimezone: true, precision: 3 });

const users = pgTable("users", {
  organizationId: uuid("organization_id").notNull(),
  id: uuid("id").notNull(),
  username: text("username").notNull(),
  email: text("email"),
  emailVerified: boolean("email_verified").notNull(),
  firstName: text("first_name"),
  lastName: text("last_name"),
  role: text("role").notNull(),
  lastLogin: instant("last_login_at"),
  createdAt: instant("created_at").notNull(),
  updatedAt: instant("updated_at").notNull(),
});

const contacts = pgTable("contacts", {
  organizationId: uuid("organization_id").notNull(),
  id: uuid("id").notNull(),
  userId: uuid("user_id").notNull(),
  email: text("email").notNull(),
  name: text("name"),
  notes: text("notes"),
  tags: text("tags").array().notNull(),
  emailCount: integer("email_count").notNull(),
  unreadCount: integer("unread_count").notNull(),
  lastEmailDate: instant("last_email_at"),
  addedAt: instant("added_at").notNull(),
  createdAt: instant("created_at").notNull(),
  updatedAt: instant("updated_at").notNull(),
});

/** Whose a contact is, is not shown. */
const { organizationId: _, userId: __, ...shown } = getTableColumns(contacts);

const { databaseUrl, secret } = peerSettings();
const db = drizzle(new pg.Pool({ connectionString: databaseUrl, max: POOL_SIZE }));
const MAX_PAGE = 100;

interface Claims {
  userId: string;
  organizationId: string;
}
type SignedIn = Request & { claims: Claims };

const requireAuth: RequestHandler = (request, response, next) => {
  const [scheme, bearer] = (request.headers.authorization ?? "").split(" ");
  const token = scheme === "Bearer" ? bearer : request.cookies.accessToken;
  try {
    // jsonwebtoken types what it verifies as any payload; like most, the peer trusts what it signed itself.
    (request as SignedIn).claims = jwt.verify(token, secret) as unknown as Claims;
    next();
  } catch {
    response.status(401).json({ success: false, error: "Please sign in." });
  }
};

const getMe: RequestHandler = async (request, response, next) => {
  try {
    const { organizationId, userId } = (request as SignedIn).claims;
    const [user] = await db
      .select()
      .from(users)
      .where(and(eq(users.organizationId, organizationId), eq(users.id, userId)))
      .limit(1);
    if (!user) return void response.status(404).json({ success: false, error: "There is no such user." });
    response.json({ success: true, data: user });
  } catch (error) {
    next(error);
  }
};

const listContacts: RequestHandler = async (request, response, next) => {
  try {
    const { organizationId, userId } = (request as SignedIn).claims;
    const limit = Math.min(Number(request.query.limit) || 50, MAX_PAGE);
    const offset = Number(request.query.offset) || 0;
    const rows = await db
      .select(shown)
      .from(contacts)
      .where(and(eq(contacts.organizationId, organizationId), eq(contacts.userId, userId)))
      .orderBy(desc(contacts.addedAt), desc(contacts.id))
      .limit(limit)
      .offset(offset);
    response.json({ success: true, data: rows, meta: { limit, offset } });
  } catch (error) {
    next(error);
  }
};

const handleErrors: ErrorRequestHandler = (error, _request, response, _next) => {
  console.error(error);
  response.status(500).json({ success: false, error: "Something went wrong." });
};

const app = express();
app.use(helmet());
app.use(cors({ origin: "http://localhost:5173", credentials: true }));
app.use(morgan("combined"));
app.use(express.json());
app.use(cookieParser());
app.use("/api", rateLimit({ windowMs: 900_000, limit: 1_000_000_000, standardHeaders: true, legacyHeaders: false }));
app.get("/api/auth/me", requireAuth, getMe);
app.get("/api/contacts", requireAuth, listContacts);
app.use(handleErrors);

serveAsPeer(app);
