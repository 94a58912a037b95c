//! The package repository: uploads, downloads, lists, deletion and expiry.

use std::io::{Cursor, Write};

use axum::body::Body;
use bytes::Bytes;
use futures::stream;
use http::header;
use padlock_domain::SignedDuration;
use serde_json::{Value, json};
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipWriter};

use crate::client::{Client, Response};
use crate::for_each_backend;
use crate::test_api::TestApi;

for_each_backend!(
    an_uploaded_package_is_downloaded_unchanged,
    a_package_can_be_uploaded_as_a_form,
    a_form_has_the_size_limit_of_a_file,
    invalid_packages_are_refused_with_a_reason,
    an_incomplete_upload_leaves_no_file,
    an_upload_above_the_limit_is_refused,
    an_upload_requires_transport_rights,
    a_deployed_package_cannot_be_deleted,
    packages_are_listed_in_pages,
    packages_that_were_never_deployed_expire,
    a_package_without_an_index_page_is_accepted_with_a_warning,
    large_manifests_are_accepted,
    file_names_keep_their_marks,
);

pub(crate) const ZIP: &str = "application/octet-stream";
/// How many packages the demo has.
const DEMO_PACKAGES: usize = 8;

pub(crate) fn package(version: &str) -> Vec<u8> {
    let metadata = json!({
        "RuntimeVersion": "10.6.8", "ModelVersion": version, "ProjectName": "shop",
        "Constants": [{ "Name": "Shop.Currency", "Type": "String", "DefaultValue": "EUR" }],
        "ScheduledEvents": [{ "Name": "Shop.Nightly" }],
    });
    package_with(&metadata)
}

pub(crate) fn package_with(manifest: &Value) -> Vec<u8> {
    let version = &manifest["ModelVersion"];
    zipped(&[("model/metadata.json", &manifest.to_string()), ("web/index.html", &format!("<h1>{version}</h1>"))])
}

/// Returns a package with a page that hardly gets smaller.
pub(crate) fn package_with_noise(version: &str, bytes: usize) -> Vec<u8> {
    let mut rng = fastrand::Rng::with_seed(1);
    let noise: String = std::iter::repeat_with(|| rng.alphanumeric()).take(bytes).collect();
    let manifest = json!({ "RuntimeVersion": "10.6.8", "ModelVersion": version, "ProjectName": "shop" });
    zipped(&[("model/metadata.json", &manifest.to_string()), ("web/index.html", &noise)])
}

fn zipped(members: &[(&str, &str)]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in members {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(text.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

pub(crate) async fn upload(client: &Client, bytes: impl Into<Body>) -> Response {
    client.post_raw("/apps/shop/packages?file_name=shop-2.0.0.mda", ZIP, bytes).await
}

async fn a_package_without_an_index_page_is_accepted_with_a_warning(api: TestApi) {
    let omar = api.browser("omar").await;
    let manifest = json!({ "RuntimeVersion": "10.6.8", "ModelVersion": "2.0.0" }).to_string();
    let bytes = zipped(&[("model/metadata.json", &manifest), ("web/hello.html", "hello")]);
    let uploaded = upload(&omar, bytes).await.expect(201).json();
    assert_eq!(uploaded["warnings"], json!(["no_index_page"]));
    let list = omar.get("/apps/shop/packages").await.expect(200).json();
    assert_eq!(list["items"][0]["warnings"], json!(["no_index_page"]));
    assert_eq!(list["items"][1]["warnings"], json!([]), "a package of the demo");
}

async fn large_manifests_are_accepted(api: TestApi) {
    let omar = api.browser("omar").await;
    let constant = |n| json!({ "Name": format!("Module.Constant_{n}"), "Description": "d".repeat(255) });
    let mut constants: Vec<_> = (0..230).map(constant).collect();
    constants.push(json!({ "Name": "Saml.IdpMetadata", "DefaultValue": "x".repeat(5_000) }));
    let manifest =
        json!({ "RuntimeVersion": "1", "ModelVersion": "2.0.0", "Constants": constants, "ScheduledEvents": null });
    let uploaded = upload(&omar, package_with(&manifest)).await.expect(201).json();
    assert_eq!(uploaded["constants"].as_array().unwrap().len(), 231);
    assert_eq!(uploaded["constants"][230]["default_value"].as_str().unwrap().len(), 5_000);

    let manifest =
        |length| json!({ "RuntimeVersion": "1", "ModelVersion": "2.0.1", "Description": "x".repeat(length) });
    upload(&omar, package_with(&manifest(1_000_000))).await.expect(201);
    let problem = upload(&omar, package_with(&manifest(1_100_000))).await.problem(422, "invalid_package");
    assert_eq!(problem["detail"], "The package cannot be used: model/metadata.json is larger than 1024 KiB.");
}

async fn file_names_keep_their_marks(api: TestApi) {
    let omar = api.browser("omar").await;
    for (name, stored) in [
        ("%E0%B8%A3%E0%B9%89%E0%B8%B2%E0%B8%99%E0%B8%84%E0%B9%89%E0%B8%B2.mda", "ร้านค้า.mda"),
        ("Gro%CC%88%C3%9Fe.mda", "Größe.mda"),
    ] {
        let path = format!("/apps/shop/packages?file_name={name}");
        let uploaded = omar.post_raw(&path, ZIP, package("2.0.0")).await.expect(201).json();
        assert_eq!(uploaded["file_name"], stored);
    }
}

async fn assert_no_files_left(api: &TestApi, client: &Client) {
    let list = client.get("/apps/shop/packages").await.expect(200).json();
    assert_eq!(list["items"].as_array().unwrap().len(), 3);
    assert!(
        api.count_files("packages").is_none_or(|files| files == DEMO_PACKAGES),
        "{:?}",
        api.count_files("packages")
    );
    assert!(api.count_files("tmp").is_none_or(|files| files == 0), "{:?}", api.count_files("tmp"));
}

async fn an_uploaded_package_is_downloaded_unchanged(api: TestApi) {
    let dana = api.browser("dana").await;
    let bytes = package("2.0.0");
    let response = upload(&dana, bytes.clone()).await.expect(201);
    let created = response.json();
    assert_eq!(created["version"], "2.0.0");
    assert_eq!(created["runtime_version"], "10.6.8");
    assert_eq!(created["file_name"], "shop-2.0.0.mda");
    assert_eq!(created["size"], bytes.len());
    assert_eq!(created["uploaded_by"]["name"], "Dana Dahl");
    assert_eq!(created["constants"][0]["type"], "String");
    assert_eq!(created["scheduled_events"], json!(["Shop.Nightly"]));
    let path = response.headers[header::LOCATION].to_str().unwrap().strip_prefix("/api/v1").unwrap().to_owned();
    assert_eq!(dana.get(&path).await.expect(200).json(), created);

    let back = dana.get(&format!("{path}/content")).await.expect(200);
    assert_eq!(back.bytes, bytes);
    assert_eq!(
        back.headers[header::CONTENT_DISPOSITION],
        "attachment; filename=\"shop-2.0.0.mda\"; filename*=UTF-8''shop-2.0.0.mda"
    );
    assert_eq!(back.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff");
    assert_eq!(back.headers[header::CACHE_CONTROL], "no-store");
}

async fn a_package_can_be_uploaded_as_a_form(api: TestApi) {
    let dana = api.browser("dana").await;
    let mut body = b"--xyz\r\nContent-Disposition: form-data; name=\"note\"\r\n\r\nhello\r\n\
                     --xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"../a.mda\"\r\n\r\n"
        .to_vec();
    body.extend(package("2.1.0"));
    body.extend(b"\r\n--xyz--\r\n");
    let form = "multipart/form-data; boundary=xyz";
    let created = dana.post_raw("/apps/shop/packages", form, body).await.expect(201).json();
    assert_eq!(created["version"], "2.1.0");
    assert_eq!(created["file_name"], "a.mda");
    dana.post_raw("/apps/shop/packages", form, "--xyz--\r\n").await.problem(422, "invalid_fields");
    dana.post_raw("/apps/shop/packages", form, "").await.problem(400, "upload_incomplete");
    // A form is not buffered until its file begins.
    let endless = stream::repeat_with(|| Ok::<_, std::io::Error>(Bytes::from_static(&[b'-'; 16 * 1024])));
    let problem =
        dana.post_raw("/apps/shop/packages", form, Body::from_stream(endless)).await.problem(413, "too_large");
    assert_eq!(problem["detail"], "The form holds more than 64 KiB before the field “file”.");
    dana.post_raw("/apps/shop/packages", "text/plain", package("1")).await.problem(415, "unsupported_media_type");
}

async fn a_form_has_the_size_limit_of_a_file(api: TestApi) {
    let dana = api.browser("dana").await;
    let form = |file: &[u8]| {
        let head = b"--xyz\r\nContent-Disposition: form-data; name=\"file\"; filename=\"large.mda\"\r\n\r\n";
        [head.as_slice(), file, b"\r\n--xyz--\r\n"].concat()
    };
    let large = |size: usize| {
        let mut zip = ZipWriter::new_append(Cursor::new(package("2.1.0"))).unwrap();
        let stored = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
        zip.start_file("model/model.mdp", stored).unwrap();
        zip.write_all(&vec![7; size]).unwrap();
        zip.finish().unwrap().into_inner()
    };
    let multipart = "multipart/form-data; boundary=xyz";
    // Above the default limit of axum, but below that of these tests.
    let file = large(3_000_000);
    let created = dana.post_raw("/apps/shop/packages", multipart, form(&file)).await.expect(201).json();
    assert_eq!(created["size"], file.len());
    let pieces = form(&large(5_000_000)).chunks(100_000).map(Bytes::copy_from_slice).collect::<Vec<_>>();
    let body = Body::from_stream(stream::iter(pieces.into_iter().map(Ok::<_, std::io::Error>)));
    dana.post_raw("/apps/shop/packages", multipart, body).await.problem(413, "too_large");
}

async fn invalid_packages_are_refused_with_a_reason(api: TestApi) {
    let dana = api.browser("dana").await;
    for (bytes, detail) in [
        (b"hello".to_vec(), "This is not a deployment package: it is not a whole zip file."),
        (Vec::new(), "This is not a deployment package: it is not a whole zip file."),
        (zipped(&[("web/index.html", "")]), "This is not a deployment package: it has no model/metadata.json."),
        (
            zipped(&[("model/metadata.json", "{"), ("web/index.html", "")]),
            "The package cannot be used: model/metadata.json is not valid JSON (line 1, column 1).",
        ),
        (zipped(&[("../x", "")]), "The package cannot be used: it holds a path with “..”: ../x."),
    ] {
        let problem = upload(&dana, bytes).await.problem(422, "invalid_package");
        assert_eq!(problem["detail"], detail);
        assert_no_files_left(&api, &dana).await;
    }
}

async fn an_incomplete_upload_leaves_no_file(api: TestApi) {
    let dana = api.browser("dana").await;
    let bytes = package("2.0.0");
    let half = Bytes::copy_from_slice(&bytes[..bytes.len() / 2]);
    let broken = std::io::Error::new(std::io::ErrorKind::ConnectionReset, "gone");
    let body = Body::from_stream(stream::iter([Ok(half), Err(broken)]));
    upload(&dana, body).await.problem(400, "upload_incomplete");
    assert_no_files_left(&api, &dana).await;
    upload(&dana, bytes).await.expect(201);
}

async fn an_upload_above_the_limit_is_refused(api: TestApi) {
    let dana = api.browser("dana").await;
    let chunk = Bytes::from(vec![0; 1024 * 1024]);
    let endless = stream::iter((0..8).map(move |_| Ok::<_, std::io::Error>(chunk.clone())));
    upload(&dana, Body::from_stream(endless)).await.problem(413, "too_large");
    assert_no_files_left(&api, &dana).await;
    let mut client = dana.clone();
    client.headers.insert(header::CONTENT_LENGTH, "99999999999".parse().unwrap());
    upload(&client, Vec::new()).await.problem(413, "too_large");
}

async fn an_upload_requires_transport_rights(api: TestApi) {
    // Transport Rights on one environment suffice.
    upload(&api.browser("ines").await, package("2.0.0")).await.expect(201);
    let ines = api.browser("ines").await;
    let path = "/apps/intranet/packages";
    let problem = ines.post_raw(path, ZIP, package("1.0.0")).await.problem(403, "forbidden");
    assert_eq!(problem["reasons"][0]["ask"], "Omar Okafor");
    ines.get(path).await.expect(200);
    api.anonymous().post_raw(path, ZIP, package("1.0.0")).await.problem(401, "not_signed_in");
}

async fn a_deployed_package_cannot_be_deleted(api: TestApi) {
    let dana = api.browser("dana").await;
    let running = dana.package("shop", "1.2.0").await;
    let problem = dana.delete(&format!("/apps/shop/packages/{running}")).await.problem(409, "in_use");
    assert!(problem["detail"].as_str().unwrap().starts_with("1.2.0 lies on an environment"));
    let old = dana.package("shop", "1.0.0").await;
    dana.delete(&format!("/apps/shop/packages/{old}")).await.expect(204);
    dana.delete(&format!("/apps/shop/packages/{old}")).await.problem(404, "not_found");
    dana.get(&format!("/apps/shop/packages/{old}/content")).await.problem(404, "not_found");
    dana.get("/apps/shop/packages/not-an-id").await.problem(404, "not_found");
    assert!(api.count_files("packages").is_none_or(|files| files == DEMO_PACKAGES - 1));
}

async fn packages_are_listed_in_pages(api: TestApi) {
    let tess = api.browser("tess").await;
    for n in 0..5 {
        upload(&tess, package(&format!("3.{n}.0"))).await.expect(201);
        api.clock.advance(SignedDuration::from_secs(1));
    }
    let mut listed = Vec::new();
    let mut cursor = String::new();
    loop {
        let page = tess.get(&format!("/apps/shop/packages?limit=3{cursor}")).await.expect(200).json();
        let items = page["items"].as_array().unwrap();
        assert!(items.len() <= 3);
        listed.extend(items.iter().map(|p| p["version"].as_str().unwrap().to_owned()));
        let Some(next) = page["next_cursor"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(listed, ["3.4.0", "3.3.0", "3.2.0", "3.1.0", "3.0.0", "1.2.0", "1.1.0", "1.0.0"]);
    tess.get("/apps/shop/packages?limit=0").await.problem(422, "invalid_fields");
    tess.get("/apps/shop/packages?limit=x").await.problem(400, "bad_request");
    tess.get("/apps/shop/packages?cursor=x").await.problem(422, "invalid_fields");
}

async fn packages_that_were_never_deployed_expire(api: TestApi) {
    let tess = api.browser("tess").await;
    let created = upload(&tess, package("9.9.9")).await.expect(201).json();
    assert!(created["expires_at"].is_string(), "it has never been deployed");
    let list = tess.get("/apps/shop/packages").await.expect(200).json();
    let kept: Vec<&Value> = list["items"].as_array().unwrap().iter().filter(|p| p["expires_at"].is_null()).collect();
    assert_eq!(kept.len(), 3, "packages that have been deployed");
    api.clock.advance(SignedDuration::from_hours(24 * 15 - 1));
    api.cleanup().await.unwrap();
    let tess = api.browser("tess").await;
    tess.get(&format!("/apps/shop/packages/{}", created["id"].as_str().unwrap())).await.expect(200);
    api.clock.advance(SignedDuration::from_hours(2));
    api.cleanup().await.unwrap();
    tess.get(&format!("/apps/shop/packages/{}", created["id"].as_str().unwrap())).await.problem(404, "not_found");
    assert_eq!(tess.get("/apps/shop/packages").await.json()["items"].as_array().unwrap().len(), 3);
    assert!(api.count_files("packages").is_none_or(|files| files == DEMO_PACKAGES));
}
