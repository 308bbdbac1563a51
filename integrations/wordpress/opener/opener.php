<?php
/**
 * Plugin Name:       Opener
 * Description:       Puts the Opener chat on your pages, and tells Opener what visitors send with your forms.
 * Version:           1.0.0
 * Requires at least: 5.8
 * Requires PHP:      7.4
 * License:           MIT
 * Text Domain:       opener
 *
 * What a visitor sends is handed on and never kept here: no table, no log, no option holds it.
 */

defined( 'ABSPATH' ) || exit;

const OPENER_OPTION = 'opener_settings';
const OPENER_GROUP  = 'opener';
const OPENER_PAGE   = 'opener';

/* --- Settings ------------------------------------------------------------------------------------------------- */

/** One setting, an empty text when it was never set. */
function opener_setting( $name ) {
	$settings = get_option( OPENER_OPTION, array() );
	return is_array( $settings ) && isset( $settings[ $name ] ) ? (string) $settings[ $name ] : '';
}

add_action(
	'admin_menu',
	function () {
		add_options_page( 'Opener', 'Opener', 'manage_options', OPENER_PAGE, 'opener_settings_page' );
	}
);

add_action(
	'admin_init',
	function () {
		register_setting(
			OPENER_GROUP,
			OPENER_OPTION,
			array(
				'type'              => 'array',
				'default'           => array(),
				'show_in_rest'      => false,
				'sanitize_callback' => 'opener_sanitize',
			)
		);
	}
);

/** What may be stored: addresses that are addresses, keys without anything that does not belong into one. */
function opener_sanitize( $given ) {
	if ( ! current_user_can( 'manage_options' ) || ! is_array( $given ) ) {
		return get_option( OPENER_OPTION, array() );
	}
	$kept = array();
	foreach ( array( 'server', 'hook' ) as $name ) {
		$url           = esc_url_raw( trim( (string) ( $given[ $name ] ?? '' ) ), array( 'https', 'http' ) );
		$kept[ $name ] = untrailingslashit( $url );
	}
	$kept['key']    = preg_replace( '/[^\w.-]/', '', (string) ( $given['key'] ?? '' ) );
	$secret         = trim( sanitize_text_field( (string) ( $given['secret'] ?? '' ) ) );
	$kept['secret'] = '' === $secret ? opener_setting( 'secret' ) : $secret;
	if ( ! empty( $given['forget_secret'] ) ) {
		$kept['secret'] = '';
	}
	return $kept;
}

/** The page under Settings. `settings_fields` brings the nonce, which options.php checks. */
function opener_settings_page() {
	if ( ! current_user_can( 'manage_options' ) ) {
		wp_die( esc_html__( 'You may not change these settings.', 'opener' ) );
	}
	?>
	<div class="wrap">
		<h1><?php echo esc_html( get_admin_page_title() ); ?></h1>
		<form action="options.php" method="post">
			<?php settings_fields( OPENER_GROUP ); ?>
			<table class="form-table" role="presentation">
				<?php
				opener_row( 'server', __( 'Server', 'opener' ), 'url', __( 'Where your Opener runs, such as https://opener.example.com', 'opener' ) );
				opener_row( 'key', __( 'Widget key', 'opener' ), 'text', __( 'Begins with pk_. Leave it empty for no chat.', 'opener' ) );
				opener_row( 'hook', __( 'Form hook', 'opener' ), 'url', __( 'The address that opener form add shows. Leave it empty to hand no forms on.', 'opener' ) );
				opener_row( 'secret', __( 'Shared secret', 'opener' ), 'password', __( 'The secret of that form, if it has one. It is not shown again.', 'opener' ) );
				?>
			</table>
			<?php submit_button(); ?>
		</form>
	</div>
	<?php
}

/** One line of the page. A secret that is set is never sent back to the browser. */
function opener_row( $name, $label, $type, $help ) {
	$secret = 'secret' === $name;
	$value  = $secret ? '' : opener_setting( $name );
	?>
	<tr>
		<th scope="row"><label for="opener-<?php echo esc_attr( $name ); ?>"><?php echo esc_html( $label ); ?></label></th>
		<td>
			<input class="regular-text" autocomplete="off"
				id="opener-<?php echo esc_attr( $name ); ?>"
				type="<?php echo esc_attr( $type ); ?>"
				name="<?php echo esc_attr( OPENER_OPTION . '[' . $name . ']' ); ?>"
				value="<?php echo esc_attr( $value ); ?>">
			<p class="description"><?php echo esc_html( $help ); ?></p>
			<?php if ( $secret && '' !== opener_setting( 'secret' ) ) : ?>
				<label>
					<input type="checkbox" value="1" name="<?php echo esc_attr( OPENER_OPTION . '[forget_secret]' ); ?>">
					<?php esc_html_e( 'A secret is set. Forget it.', 'opener' ); ?>
				</label>
			<?php endif; ?>
		</td>
	</tr>
	<?php
}

/* --- The chat ------------------------------------------------------------------------------------------------- */

add_action(
	'wp_enqueue_scripts',
	function () {
		if ( '' !== opener_setting( 'server' ) && '' !== opener_setting( 'key' ) ) {
			wp_enqueue_script( 'opener-widget', opener_setting( 'server' ) . '/widget.js', array(), null, true );
		}
	}
);

add_filter(
	'script_loader_tag',
	function ( $tag, $handle ) {
		if ( 'opener-widget' !== $handle ) {
			return $tag;
		}
		return str_replace( ' src=', ' async data-key="' . esc_attr( opener_setting( 'key' ) ) . '" src=', $tag );
	},
	10,
	2
);

/* --- The forms ------------------------------------------------------------------------------------------------ */

/** One field as it is handed on. */
function opener_field( $name, $label, $type, $value ) {
	return array(
		'name'  => (string) $name,
		'label' => wp_strip_all_tags( (string) $label ),
		'type'  => (string) $type,
		'value' => $value,
	);
}

/**
 * Hand a submission on. Never waits for the answer, so that no visitor waits for us; what fails is not kept.
 */
function opener_hand_on( $plugin, $form_id, $form_name, array $fields, $page ) {
	$hook = opener_setting( 'hook' );
	if ( '' === $hook || empty( $fields ) ) {
		return;
	}
	$headers = array( 'Content-Type' => 'application/json' );
	if ( '' !== opener_setting( 'secret' ) ) {
		$headers['X-Opener-Secret'] = opener_setting( 'secret' );
	}
	$body = wp_json_encode(
		array(
			'form'   => array(
				'plugin' => $plugin,
				'id'     => (string) $form_id,
				'name'   => (string) $form_name,
			),
			'page'   => array( 'url' => esc_url_raw( (string) $page ) ),
			'fields' => array_values( $fields ),
		)
	);
	if ( false === $body ) {
		return;
	}
	wp_remote_post(
		$hook,
		array(
			'headers'     => $headers,
			'body'        => $body,
			'blocking'    => false,
			'timeout'     => 5,
			'redirection' => 0,
			'sslverify'   => true,
		)
	);
}

/** The page a form was sent from, as the browser says. */
function opener_referer() {
	$referer = wp_get_raw_referer();
	return $referer ? $referer : home_url( '/' );
}

// Contact Form 7: after its mail was sent, with the values it has checked itself. Files stay here.
add_action(
	'wpcf7_mail_sent',
	function ( $form ) {
		$submission = class_exists( 'WPCF7_Submission' ) ? WPCF7_Submission::get_instance() : null;
		if ( ! $submission ) {
			return;
		}
		$fields = array();
		foreach ( $form->scan_form_tags() as $tag ) {
			$value = '' === $tag->name ? null : $submission->get_posted_data( $tag->name );
			if ( null !== $value && 'file' !== $tag->basetype ) {
				$fields[] = opener_field( $tag->name, $tag->name, $tag->basetype, $value );
			}
		}
		opener_hand_on( 'cf7', $form->id(), $form->title(), $fields, $submission->get_meta( 'url' ) );
	}
);

// WPForms: after an entry was processed and checked.
add_action(
	'wpforms_process_complete',
	function ( $entry_fields, $entry, $form_data ) {
		$fields = array();
		foreach ( (array) $entry_fields as $id => $field ) {
			if ( in_array( $field['type'] ?? '', array( 'password', 'file-upload', 'signature' ), true ) ) {
				continue;
			}
			$label    = $field['name'] ?? '';
			$fields[] = opener_field( 'field_' . $id, $label, $field['type'] ?? '', $field['value'] ?? '' );
		}
		$name = $form_data['settings']['form_title'] ?? '';
		opener_hand_on( 'wpforms', $form_data['id'] ?? '', $name, $fields, opener_referer() );
	},
	10,
	3
);

// Gravity Forms: after an entry was accepted; spam that it has caught is not handed on.
add_action(
	'gform_after_submission',
	function ( $entry, $form ) {
		if ( 'spam' === rgar( $entry, 'status' ) ) {
			return;
		}
		$fields = array();
		foreach ( $form['fields'] as $field ) {
			if ( in_array( $field->type, array( 'password', 'fileupload', 'creditcard', 'captcha', 'html', 'section', 'page' ), true ) ) {
				continue;
			}
			if ( 'name' === $field->type ) {
				$fields[] = opener_field( $field->id . '.3', 'First name', 'text', rgar( $entry, $field->id . '.3' ) );
				$fields[] = opener_field( $field->id . '.6', 'Last name', 'text', rgar( $entry, $field->id . '.6' ) );
				continue;
			}
			$fields[] = opener_field( (string) $field->id, $field->label, $field->type, $field->get_value_export( $entry ) );
		}
		opener_hand_on( 'gravity', $form['id'], $form['title'] ?? '', $fields, rgar( $entry, 'source_url' ) );
	},
	10,
	2
);

// Elementor Pro: a new record that its own checks have let pass.
add_action(
	'elementor_pro/forms/new_record',
	function ( $record ) {
		$fields = array();
		foreach ( (array) $record->get( 'fields' ) as $id => $field ) {
			if ( in_array( $field['type'] ?? '', array( 'password', 'upload', 'recaptcha', 'recaptcha_v3', 'honeypot' ), true ) ) {
				continue;
			}
			$fields[] = opener_field( $id, $field['title'] ?? '', $field['type'] ?? '', $field['value'] ?? '' );
		}
		$id = $record->get_form_settings( 'id' );
		opener_hand_on( 'elementor', $id, $record->get_form_settings( 'form_name' ), $fields, opener_referer() );
	},
	10,
	1
);

/* --- Going away ----------------------------------------------------------------------------------------------- */

register_uninstall_hook( __FILE__, 'opener_uninstall' );

/** Leave nothing behind. */
function opener_uninstall() {
	delete_option( OPENER_OPTION );
}
