//! Databases.

use esc_core::provider::RotatorSchema;
use esc_core::schema::{Schema, SchemaRef};

use crate::aws;
use crate::published::{Home, Published};
use crate::shape::{generations, number, secret, text};

/// The rotator `mysql`.
pub static MYSQL: Published<RotatorSchema> =
    Published::new("mysql", Home::Nowhere, || users("Rotates the passwords of two MySQL users."));

/// The rotator `postgres`.
pub static POSTGRES: Published<RotatorSchema> = Published::new("postgres", Home::Nowhere, || {
    users("Rotates the passwords of two PostgreSQL users.")
});

fn users(description: &str) -> RotatorSchema {
    let pair = Schema::object()
        .required_property("username1", text("The user whose password is rotated first."))
        .required_property("username2", text("The user whose password is rotated next."))
        .closed()
        .description("The two users whose passwords are rotated in turn.");
    let user = Schema::object()
        .required_property("username", text("The user."))
        .required_property("password", secret("The user's password."))
        .build();
    let users = generations(&user).description("The two users.").build();
    RotatorSchema {
        description: Some(description.into()),
        inputs: Schema::object()
            .required_property("database", database())
            .property("connector", connector())
            .required_property("rotateUsers", pair)
            .closed()
            .build(),
        state: users.clone(),
        outputs: users,
    }
}

fn database() -> SchemaRef {
    let manager = Schema::object()
        .required_property("username", text("The user."))
        .required_property("password", secret("The user's password."))
        .description("A user who may set the passwords of the others.");
    Schema::object()
        .required_property("host", text("The host of the server."))
        .required_property("port", number("The port of the server.").minimum(1).maximum(65_535))
        .required_property("database", text("The database to connect to."))
        .required_property("managingUser", manager)
        .rotate_only(["managingUser"])
        .closed()
        .description("The database whose users they are.")
        .build()
}

fn connector() -> SchemaRef {
    Schema::object()
        .required_property("awsLambda", aws::lambda_connector())
        .closed()
        .description("How to reach a database that is not reached directly.")
        .build()
}
